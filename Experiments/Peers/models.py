"""The same models for both engines, made once and kept in the cache."""

import subprocess

from gguf_model import convert

# What llama.cpp calls it -> the directory that it is made from, and ours to compare it with.
PRECISIONS = {"f32": ("f32", "f32"), "bf16": ("bf16", "bf16"), "q8_0": ("f32", "int8")}


def make(tools, cache, shape, kind):
    """The checkpoint for our engine and the GGUF file for llama.cpp."""
    source_kind, our_kind = PRECISIONS[kind]
    source = random_model(tools, cache, shape, source_kind)
    ours = source
    if our_kind == "int8":
        ours = cache / f"{shape}-int8"
        if not (ours / "config.json").exists():
            subprocess.run([tools / "specdecode", "quantize", source, ours], check=True)
    target = cache / f"{shape}-{kind}.gguf"
    if not target.exists():
        convert(source, kind, target)
    return ours, target


def random_model(tools, cache, shape, kind):
    folder = cache / f"{shape}-{kind}"
    if not (folder / "config.json").exists():
        subprocess.run(
            [tools / "RandomModel", folder, "--shape", shape, "--dtype", kind], check=True)
    return folder
