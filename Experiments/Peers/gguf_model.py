"""Writes a Mamba checkpoint (config.json, model.safetensors) as GGUF.

Names, metadata and types are those of llama.cpp's own converter (conversion/mamba.py), which
needs PyTorch and cannot do without a tokenizer.
"""

import json
import struct
from pathlib import Path

import gguf
import numpy as np

NAMES = {
    "norm.weight": "attn_norm.weight",
    "mixer.in_proj.weight": "ssm_in.weight",
    "mixer.conv1d.weight": "ssm_conv1d.weight",
    "mixer.conv1d.bias": "ssm_conv1d.bias",
    "mixer.x_proj.weight": "ssm_x.weight",
    "mixer.dt_proj.weight": "ssm_dt.weight",
    "mixer.dt_proj.bias": "ssm_dt.bias",
    "mixer.A_log": "ssm_a",
    "mixer.D": "ssm_d",
    "mixer.out_proj.weight": "ssm_out.weight",
    "backbone.embeddings.weight": "token_embd.weight",
    "backbone.norm_f.weight": "output_norm.weight",
}

TYPES = {
    "f32": (gguf.GGMLQuantizationType.F32, gguf.LlamaFileType.ALL_F32),
    "bf16": (gguf.GGMLQuantizationType.BF16, gguf.LlamaFileType.MOSTLY_BF16),
    "q8_0": (gguf.GGMLQuantizationType.Q8_0, gguf.LlamaFileType.MOSTLY_Q8_0),
}


def tensors(path):
    """Yields name and f32 array of every tensor, one in memory at a time."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        for name, entry in header.items():
            if name == "__metadata__":
                continue
            begin, end = entry["data_offsets"]
            file.seek(8 + length + begin)
            data = file.read(end - begin)
            if entry["dtype"] == "F32":
                values = np.frombuffer(data, np.float32)
            elif entry["dtype"] == "BF16":
                values = (np.frombuffer(data, np.uint16).astype(np.uint32) << 16).view(np.float32)
            else:
                raise SystemExit(f"{path}: {name} is {entry['dtype']}; give F32 or BF16")
            yield name, values.reshape(entry["shape"])


def gguf_name(name):
    """The name in GGUF of a tensor of a checkpoint."""
    if name.startswith("backbone.layers."):
        _, _, layer, rest = name.split(".", 3)
        return f"blk.{layer}.{NAMES[rest]}"
    return NAMES[name]


def stored(name, values, wanted):
    """The array as it stands in the file, and its type: matrices only have the wanted one."""
    if name.endswith("ssm_a"):
        values = -np.exp(values)
    if name.endswith("ssm_conv1d.weight"):
        values = values.squeeze(1)
    elif values.ndim == 2 and not name.endswith("ssm_a"):
        try:
            return gguf.quants.quantize(values, wanted), wanted
        except gguf.QuantError:
            # As the converter does for rows that are no whole blocks (dt_proj of m130).
            half = gguf.GGMLQuantizationType.F16
            return gguf.quants.quantize(values, half), half
    return np.ascontiguousarray(values, np.float32), gguf.GGMLQuantizationType.F32


def convert(directory, kind, target):
    """Writes `target` with matrices of type `kind`: f32, bf16 or q8_0."""
    config = json.loads((Path(directory) / "config.json").read_text())
    wanted, file_type = TYPES[kind]
    partial = f"{target}.partial"
    writer = gguf.GGUFWriter(partial, "mamba")
    writer.add_context_length(2**20)
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(0)
    writer.add_head_count(0)
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_ssm_conv_kernel(config["conv_kernel"])
    writer.add_ssm_inner_size(config["intermediate_size"])
    writer.add_ssm_state_size(config["state_size"])
    writer.add_ssm_time_step_rank(config["time_step_rank"])
    writer.add_layer_norm_rms_eps(config["layer_norm_epsilon"])
    writer.add_file_type(file_type)
    writer.add_tokenizer_model("none")
    writer.add_vocab_size(config["vocab_size"])
    for source_name, values in tensors(Path(directory) / "model.safetensors"):
        name = gguf_name(source_name)
        data, raw_type = stored(name, values, wanted)
        writer.add_tensor(name, data, raw_dtype=raw_type)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    Path(partial).rename(target)
