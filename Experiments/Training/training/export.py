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
    """A model in f32 from a folder that `export` wrote."""
    folder = pathlib.Path(folder)
    values = json.loads((folder / "config.json").read_text())
    model = Mamba(MambaConfiguration.from_hugging_face(values))
    tensors = {}
    for path in sorted(folder.glob("model*.safetensors")):
        tensors.update(load_file(path))
    model.load_state_dict({name: tensor.float() for name, tensor in tensors.items()})
    return model.to(device)
