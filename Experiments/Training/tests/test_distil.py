import json
import os
import pathlib
import subprocess
import sys

import pytest
import torch

from training import export
from training.configuration import MambaConfiguration
from training.distil import default_shape
from training.mamba import Mamba

HERE = pathlib.Path(__file__).resolve().parent.parent


def distil(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "training.distil", *map(str, arguments)], cwd=HERE, text=True,
        env={**os.environ, "CUDA_VISIBLE_DEVICES": ""}, capture_output=True)


def test_one_command_makes_a_drafter_and_goes_on_where_it_was_ended(tmp_path):
    work = tmp_path / "work"
    first = distil("--smoke", "--work", work, "--sampling-seconds", 2, "--drafter-seconds", 3)
    assert first.returncode == 0, first.stderr
    (drafter,) = work.glob("drafter-*/")
    assert {path.name for path in drafter.iterdir()} == {
        "config.json", "model.safetensors", "tokenizer.json"}
    assert f"--drafter {work}/drafter-int8" in first.stdout
    result = work / f"{drafter.name}.json"
    before = json.loads(result.read_text())
    # As if it had been ended while the drafter was trained: a checkpoint is there, no result.
    result.unlink()
    rows = {path: path.stat().st_mtime_ns for path in (work / "rows").iterdir()}
    again = distil(
        "--work", work, "--verifier", work / "verifier-given", "--text", work / "given",
        "--sampling-seconds", 2, "--drafter-seconds", before["seconds"] + 2, "--prompt", 32,
        "--written", 64, "--drafter-rows", 8)
    assert again.returncode == 0, again.stderr
    assert {path: path.stat().st_mtime_ns for path in (work / "rows").iterdir()} == rows
    found = json.loads(result.read_text())
    assert found["steps"] > before["steps"] and found["seconds"] > before["seconds"]
    torch.manual_seed(1)
    export.export(Mamba(MambaConfiguration(256, 32, 2)), work / "verifier-given")
    other = distil("--work", work, "--verifier", work / "verifier-given", "--text", work / "given")
    assert other.returncode != 0 and "another verifier" in other.stderr


def test_what_is_missing_is_said(tmp_path):
    (tmp_path / "text").write_bytes(b"too little")
    found = distil("--verifier", tmp_path, "--text", tmp_path / "text", "--work", tmp_path / "work")
    assert found.returncode != 0 and "config.json" in found.stderr


@pytest.mark.parametrize("verifier, drafter", [
    ("256x512x16", "8192x256x2"), ("256x1024x53", "8192x1024x2"), ("256x64x2", "1024x32x2")])
def test_the_default_shape_follows_the_verifiers_size(verifier, drafter):
    assert default_shape(MambaConfiguration.parse(verifier)).name == drafter
