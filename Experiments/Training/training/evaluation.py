"""Bits per byte of a byte-level model."""

import math

import torch
import torch.nn.functional as F

from .fusion import plain


@torch.no_grad()
def window_losses(model, text, rows, length, window, group=None, activations=torch.float32):
    """Mean loss in nats at every window of `rows` stretches of text, states carried along.

    The stretches begin at even distances and are `length` bytes long, the last window whole.
    Processes share the rows.
    """
    windows = length // window
    rank, world = (group.rank, group.world) if group else (0, 1)
    mine = torch.arange(rank, rows, world)
    last = len(text) - windows * window - 1
    starts = (mine * last // max(1, rows - 1)).to(text.device)
    sums = [0.0] * windows
    if len(mine) and windows and last >= 0:
        state = model.initial_state(len(mine), activations)
        index = starts[:, None] + torch.arange(window + 1, device=text.device)
        with plain():
            for number in range(windows):
                ids = text[index + number * window].to(model.device).long()
                logits, state = model(ids[:, :-1], state)
                loss = F.cross_entropy(
                    logits.float().flatten(0, 1), ids[:, 1:].flatten(), reduction="sum")
                sums[number] = loss.item()
    if group:
        sums = group.total(sums)
    return [value / (rows * window) for value in sums]


def bits_per_byte(model, text, group=None, rows=48, window=2048, limit=None, **options):
    """Over a whole text, or about `limit` bytes of it, in `rows` stretches read from zero state."""
    length = min(len(text), limit or len(text)) // rows
    window = min(window, length - 1)
    losses = window_losses(model, text, rows, length - 1, window, group, **options)
    return sum(losses) / len(losses) / math.log(2)


def bits_by_position(model, text, group=None, rows=16, length=102_400, window=2048, **options):
    """Bits per byte at the first window, the second, and so on up to `length` bytes."""
    length = min(length, (len(text) - 1) // window * window)
    losses = window_losses(model, text, rows, length, window, group, **options)
    return [loss / math.log(2) for loss in losses]
