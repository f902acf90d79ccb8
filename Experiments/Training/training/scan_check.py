"""Is the kernel right, and which variant is fastest?"""

import time

import torch
import torch.nn.functional as F

from . import selective_scan as scan

NAMES = ("y", "last state", "x", "dt", "A", "B", "C", "D")


def random_inputs(batch, length, channels, states, device, dtype=torch.float32, seed=0):
    """Inputs of the sizes that a model gives, all random."""
    generator = torch.Generator().manual_seed(seed)

    def normal(*shape):
        return torch.randn(*shape, generator=generator)

    values = [
        normal(batch, length, channels), F.softplus(normal(batch, length, channels) - 2),
        -torch.rand(channels, states, generator=generator) * 8 - 0.1,
        normal(batch, length, states), normal(batch, length, states),
        normal(channels), normal(batch, channels, states),
    ]
    types = [dtype, dtype, torch.float32, dtype, dtype, torch.float32, torch.float32]
    return [value.to(device, kind) for value, kind in zip(values, types)]


def errors(variant, device, batch=2, length=37, channels=64, states=16, seed=0):
    """Relative errors of the outputs and of every gradient against `reference` in float64."""
    *inputs, state = random_inputs(batch, length, channels, states, device, seed=seed)
    ours = [value.clone().requires_grad_() for value in inputs]
    exact = [value.double().requires_grad_() for value in inputs]
    y, last = scan.kernel_scan(*ours, state, variant)
    y64, last64 = scan.reference(*exact, state.double())
    weight = torch.randn(y.shape, generator=torch.Generator().manual_seed(seed + 1)).to(device)
    y.backward(weight)
    y64.backward(weight.double())
    pairs = [(y, y64), (last, last64)] + [(a.grad, b.grad) for a, b in zip(ours, exact)]
    return {
        name: ((a.double() - b).norm() / b.norm()).item()
        for name, (a, b) in zip(NAMES, pairs)
    }


def seconds(variant, batch, length, channels, states=16, repeats=5):
    """Of one forward and one backward pass in bf16 on the current GPU."""
    *inputs, state = random_inputs(
        batch, length, channels, states, "cuda", torch.bfloat16)
    inputs = [value.requires_grad_() for value in inputs]
    weight = torch.randn_like(inputs[0])
    times = []
    for _ in range(repeats + 2):
        torch.cuda.synchronize()
        start = time.perf_counter()
        y, _ = scan.kernel_scan(*inputs, state, variant)
        y.backward(weight)
        torch.cuda.synchronize()
        times.append(time.perf_counter() - start)
        for value in inputs:
            value.grad = None
    return sorted(times[2:])[repeats // 2]
