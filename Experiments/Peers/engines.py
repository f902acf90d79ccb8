"""The two engines, each a process that measures what it is told to."""

import json
import subprocess

import numpy as np


class Engine:
    """A process that answers `plain N`, `prefill N` and `window N` with seconds."""

    def __init__(self, command):
        self.command = [str(word) for word in command]
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True)
        if self.answer() != "ready":
            raise SystemExit(f"{self.command}: is not ready")

    def answer(self):
        line = self.process.stdout.readline().strip()
        if not line:
            _, errors = self.process.communicate()
            raise SystemExit(f"{self.command} ended: {errors}")
        return line

    def seconds(self, request):
        self.process.stdin.write(request + "\n")
        self.process.stdin.flush()
        return float(self.answer())

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def our_logits(program, model, ids, folder):
    """`specdecode logits` after each of some token ids."""
    (folder / "ids.json").write_text(json.dumps(ids))
    subprocess.run(
        [program, "logits", "--model", model, "--tokens", folder / "ids.json",
         "--output", folder / "logits.npy"], check=True)
    return np.load(folder / "logits.npy")


def llama_logits(driver, model, ids, folder):
    """llama.cpp's logits after each of some token ids."""
    (folder / "ids.txt").write_text(" ".join(map(str, ids)))
    subprocess.run(
        [driver, model, "2", "logits", folder / "logits.f32", folder / "ids.txt"], check=True)
    return np.fromfile(folder / "logits.f32", np.float32).reshape(len(ids), -1)
