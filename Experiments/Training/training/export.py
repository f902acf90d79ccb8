"""Checkpoints that `specdecode` and Hugging Face transformers load."""

import json
import pathlib
import shutil

import torch
from safetensors.torch import load_file, save_file

from .configuration import MambaConfiguration
from .mamba import Mamba
from .quantization import kept_in_f32

SHARD = 15 << 20


def _shards(tensors, limit):
    shards, size = [{}], 0
    for name, tensor in tensors.items():
        count = tensor.numel() * tensor.element_size()
        if shards[-1] and size + count > limit:
            shards.append({})
            size = 0
        shards[-1][name] = tensor
        size += count
    return shards


def export(model, folder, tokenizer=None, shard=SHARD):
    """Writes config.json, the weights in shards of at most `shard` bytes, and tokenizer.json.

    Matrices are bf16; norms, biases, A_log and D stay f32. A matrix above the limit has a shard
    of its own.
    """
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("model*.safetensors*"):
        old.unlink()
    configuration = model.configuration.hugging_face()
    (folder / "config.json").write_text(json.dumps(configuration, indent=2) + "\n")
    tensors = {
        name: tensor.detach().to(
            "cpu", torch.float32 if kept_in_f32(name) else torch.bfloat16).contiguous()
        for name, tensor in model.state_dict().items()
    }
    shards = _shards(tensors, shard)
    if len(shards) == 1:
        save_file(shards[0], folder / "model.safetensors", metadata={"format": "pt"})
    else:
        names = [f"model-{i + 1:05d}-of-{len(shards):05d}.safetensors" for i in range(len(shards))]
        places = {}
        for name, part in zip(names, shards):
            save_file(part, folder / name, metadata={"format": "pt"})
            places.update(dict.fromkeys(part, name))
        total = sum(t.numel() * t.element_size() for t in tensors.values())
        index = {"metadata": {"total_size": total}, "weight_map": places}
        (folder / "model.safetensors.index.json").write_text(json.dumps(index, indent=2) + "\n")
    if tokenizer:
        shutil.copyfile(tokenizer, folder / "tokenizer.json")


def load(folder, device="cpu"):
    """A model in f32 from a folder with config.json and safetensors, in the names of Hugging Face:
    what `export` wrote, what `specdecode quantize` made of it (int8 with a scale a row), or any
    such checkpoint in f32, bf16 or f16."""
    folder = pathlib.Path(folder)
    paths = sorted(folder.glob("model*.safetensors"))
    if not paths or not (folder / "config.json").exists():
        raise FileNotFoundError(
            f"{folder}: a checkpoint has config.json and model.safetensors (or shards of it); "
            "`specdecode convert` makes them of other layouts")
    values = json.loads((folder / "config.json").read_text())
    stored = {}
    for path in paths:
        stored.update(load_file(path))
    tensors = {}
    for name, tensor in stored.items():
        if name.endswith("_scale"):
            continue
        tensor = tensor.float()
        if name + "_scale" in stored:
            tensor = tensor * stored[name + "_scale"].float().view(-1, *[1] * (tensor.ndim - 1))
        tensors[name] = tensor
    model = Mamba(MambaConfiguration.from_hugging_face(values))
    if model.configuration.tied:
        tensors.pop("lm_head.weight", None)
    model.load_state_dict(tensors)
    return model.to(device)
