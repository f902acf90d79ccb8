"""Text written by the verifier, to distil from: `python3 -m training.sampling`.

Rows of 192 real bytes and 1,024 written after them: half at temperature 1, a quarter at 0.7, a
quarter greedy; and rows of text alone. With each go the bytes that the verifier thinks likeliest at
every place, and their shares at temperature 1: WORK/rows/NAME, WORK/likeliest/NAME and
WORK/shares/NAME.
"""

import argparse
import dataclasses
import os
import pathlib
import time

import numpy as np
import torch
import torch.nn.functional as F

from .configuration import MambaConfiguration
from .data import TextPool, save_array
from .fusion import fused
from .mamba import Mamba, normalized
from .processes import Group
from .runlog import RunLog

PROMPT, WRITTEN = 192, 1024
LIKELIEST = 16  # bytes whose shares are kept
GREEDY = 1e-4  # a temperature at which the noise no longer counts


def temperatures(rows):
    """[rows]: 1 for the first half, 0.7 for the next quarter, greedy for the rest."""
    values = torch.full((rows,), GREEDY)
    values[:rows // 2] = 1.0
    values[rows // 2:rows // 2 + rows // 4] = 0.7
    return values


@fused
def _convolve(tail, x, kernel, bias):
    whole = torch.cat([tail, x[:, None]], 1)
    out = F.silu((whole * kernel.T).sum(1) + bias)
    tail.copy_(whole[:, 1:].clone())
    return out


@fused
def _update(h, low, bias, x, A, B, C, D, z):
    dt = F.softplus(low + bias)
    after = torch.exp(dt[:, :, None] * A) * h + (dt * x)[:, :, None] * B[:, None]
    y = (after * C[:, None]).sum(-1) + D * x
    h.copy_(after)
    return y * F.silu(z)


class Stepper:
    """One byte for every row at a time; the state is changed in place."""

    def __init__(self, model, rows):
        self.model = model
        self.state = model.initial_state(rows, torch.float32)
        self.A = [-torch.exp(block.mixer.A_log) for block in model.backbone.layers]

    def clear(self):
        for tail, scan in self.state:
            tail.zero_()
            scan.zero_()

    def __call__(self, ids):
        """ids [rows] to logits [rows, vocabulary]."""
        backbone = self.model.backbone
        h = F.embedding(ids, backbone.embeddings.weight)
        for block, A, (tail, scan) in zip(backbone.layers, self.A, self.state):
            m = block.mixer
            x, z = F.linear(normalized(h, block.norm.weight), m.in_proj.weight).chunk(2, -1)
            x = _convolve(tail, x, m.conv1d.weight[:, 0], m.conv1d.bias)
            rank = m.dt_proj.weight.shape[1]
            low, B, C = torch.split(
                F.linear(x, m.x_proj.weight), [rank, scan.shape[2], scan.shape[2]], -1)
            y = _update(
                scan, F.linear(low, m.dt_proj.weight), m.dt_proj.bias, x, A, B, C, m.D, z)
            h = h + F.linear(y, m.out_proj.weight)
        return F.linear(normalized(h, backbone.norm_f.weight), self.model.head)[:, :256]


class Sampler:
    """Rows at their own temperatures; one CUDA graph for a step where there is CUDA."""

    def __init__(self, model, rows):
        device = model.device
        self.stepper = Stepper(model, rows)
        self.temperature = temperatures(rows).to(device)[:, None]
        self.ids = torch.zeros(rows, dtype=torch.long, device=device)
        self.noise = torch.ones(rows, 256, device=device)
        self.logits = torch.zeros(rows, 256, device=device)
        self.choice = torch.zeros(rows, dtype=torch.long, device=device)
        self.graph = None
        if device.type == "cuda":
            self.capture()

    def step(self):
        self.logits.copy_(self.stepper(self.ids))
        self.choice.copy_((self.logits / self.temperature - self.noise.log()).argmax(-1))

    def capture(self):
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(3):
                self.step()
        torch.cuda.current_stream().wait_stream(side)
        torch.cuda.synchronize()
        try:
            graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(graph):
                self.step()
            self.graph = graph
        except RuntimeError as error:
            print(f"no CUDA graph: {error!r:.300}")

    @torch.no_grad()
    def write(self, prompts, count):
        """prompts [rows, n] uint8 to rows [rows, n + count] uint8, the verifier's likeliest bytes
        at each of their places [rows, n + count, LIKELIEST] and these bytes' shares (f16); the
        first place has none."""
        self.stepper.clear()
        length, width = prompts.shape[1], prompts.shape[1] + count
        device = prompts.device
        out = torch.empty(len(prompts), width, dtype=torch.uint8, device=device)
        out[:, :length] = prompts
        likeliest = torch.zeros(len(prompts), width, LIKELIEST, dtype=torch.uint8, device=device)
        shares = torch.zeros(likeliest.shape, dtype=torch.float16, device=device)
        for t in range(width - 1):
            self.ids.copy_(out[:, t])
            if t >= length - 1:
                # Exponential noise E: the argmax of log p - log E is a sample of p.
                self.noise.exponential_().clamp_(min=1e-20)
            if self.graph:
                self.graph.replay()
            else:
                self.step()
            if t >= length - 1:
                out[:, t + 1] = self.choice.to(torch.uint8)
            share, byte = torch.softmax(self.logits, -1).topk(LIKELIEST, sorted=False)
            likeliest[:, t + 1] = byte.to(torch.uint8)
            shares[:, t + 1] = share.to(torch.float16)
        return out, likeliest, shares


def random_windows(text, rows, length, generator):
    """[rows, length] of a text at random places."""
    start = torch.randint(0, len(text) - length, (rows,), generator=generator)
    index = start[:, None] + torch.arange(length)
    return text[index.to(text.device)]


def save_rows(work, name, rows, likeliest, shares):
    """The rows last: once they are there all is."""
    for folder, values in (("likeliest", likeliest), ("shares", shares), ("rows", rows)):
        save_array(work / folder / name, values.cpu().numpy())


def save_verifier(model, path):
    """What `load_verifier` reads: the weights that the text is written with, and their shape."""
    partial = path.with_suffix(".part")
    torch.save({"shape": dataclasses.asdict(model.configuration),
                "weights": {n: v.detach().cpu() for n, v in model.state_dict().items()}}, partial)
    os.replace(partial, path)


def load_verifier(path, device):
    saved = torch.load(path, map_location="cpu")
    model = Mamba(MambaConfiguration(**saved["shape"]))
    model.load_state_dict(saved["weights"])
    return model.to(device).requires_grad_(False)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--until", type=float, required=True, help="seconds since 1970")
    parser.add_argument("--rows", type=int, default=3072)
    parser.add_argument("--prompt", type=int, default=PROMPT)
    parser.add_argument("--written", type=int, default=WRITTEN)
    parser.add_argument("--book-rows", type=int, default=0, help="rows of text, over all GPUs")
    parser.add_argument("--held-out-rows", type=int, default=256)
    options = parser.parse_args()
    group = Group()
    torch.manual_seed(1000 + group.rank)
    log = RunLog(options.work / "logs", "sampling", quiet=not group.leads)
    model = load_verifier(options.work / "verifier.int8.pt", group.device)
    pool = TextPool(options.work / "text", group.device)
    pool.refresh()
    sampler = Sampler(model, options.rows)
    for folder in ("rows", "likeliest", "shares"):
        (options.work / folder).mkdir(parents=True, exist_ok=True)
    generator = torch.Generator().manual_seed(group.rank)
    number, held_out = 0, options.work / "held-out" / "test.txt"
    log("start", graph=sampler.graph is not None)
    if group.leads and held_out.exists():
        # Prompts that neither model has seen; the rows are for measuring agreement only.
        text = torch.from_numpy(np.fromfile(held_out, dtype=np.uint8)).to(group.device)
        prompts = random_windows(text, options.rows, options.prompt, generator)
        rows, _, _ = sampler.write(prompts, options.written)
        half = min(options.held_out_rows, options.rows // 4)
        for kind, part in (("sampled", rows[:half]), ("greedy", rows[-half:])):
            save_array(options.work / f"agreement-{kind}.npy", part.cpu().numpy())
    width = options.prompt + options.written
    for part in range(-(-options.book_rows // (options.rows * group.world))):
        rows = random_windows(pool.bytes, options.rows, width, generator)
        save_rows(options.work, f"books-{group.rank}-{part:04d}.npy", *sampler.write(rows, 0))
    longest = 0.0
    # No round is begun that would not end in time; the first always is.
    while number == 0 or time.time() + longest < options.until:
        began = time.time()
        prompts = random_windows(pool.bytes, options.rows, options.prompt, generator)
        written = sampler.write(prompts, options.written)
        save_rows(options.work, f"samples-{group.rank}-{number:04d}.npy", *written)
        longest = max(longest, time.time() - began)
        number += 1
        log("round", number=number, rows=options.rows * group.world,
            megabytes_a_second=options.rows * width / longest / 1e6)
    group.close()


if __name__ == "__main__":
    main()
