"""Muon (Jordan and others, 2024) for matrices, AdamW for all else, over one flat gradient."""

import torch

COEFFICIENTS = (3.4445, -4.7750, 2.0315)


def orthogonalized(batch, steps=5):
    """The nearest semi-orthogonal matrix to each of [count, rows, columns], approximately: the
    Newton-Schulz iteration of fifth order, which takes singular values to 0.7...1.2."""
    a, b, c = COEFFICIENTS
    x = batch.to(torch.bfloat16 if batch.is_cuda else torch.float32)
    turned = x.shape[1] > x.shape[2]
    if turned:
        x = x.mT
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(steps):
        gram = x @ x.mT
        x = a * x + (b * gram + c * gram @ gram) @ x
    return (x.mT if turned else x).to(batch.dtype)


class Muon:
    """Nesterov momentum, then `orthogonalized`, matrices of one shape in one batch.

    parameters: pairs of a matrix and the number of equal parts that its rows hold.
    """

    def __init__(self, parameters, momentum=0.95, decay=0.01):
        self.parameters = [(matrix, parts) for matrix, parts in parameters]
        self.momentum, self.decay = momentum, decay
        self.buffers = [torch.zeros_like(matrix) for matrix, _ in self.parameters]

    @torch.no_grad()
    def step(self, rate):
        groups = {}
        for (matrix, parts), buffer in zip(self.parameters, self.buffers):
            buffer.lerp_(matrix.grad, 1 - self.momentum)
            update = matrix.grad.lerp(buffer, self.momentum)
            matrix.mul_(1 - rate * self.decay)
            for piece, part in zip(matrix.chunk(parts), update.chunk(parts)):
                groups.setdefault(piece.shape, []).append((piece, part))
        for (rows, columns), members in groups.items():
            updates = orthogonalized(torch.stack([part for _, part in members]))
            scale = rate * max(1, rows / columns) ** 0.5
            for (piece, _), update in zip(members, updates):
                piece.add_(update, alpha=-scale)


def is_matrix(name):
    return name.endswith(("in_proj.weight", "out_proj.weight", "x_proj.weight"))


class Optimizer:
    """Both, with gradients that lie in one flat tensor: one all-reduce, one clip.

    A gradient that is not finite gives no step of weights but for momentum and decay.
    """

    def __init__(self, model, method, rate, muon_rate, clip=1.0):
        named = list(model.named_parameters())
        self.flat = torch.zeros(sum(p.numel() for _, p in named), device=model.device)
        at = 0
        for _, parameter in named:
            parameter.grad = self.flat[at:at + parameter.numel()].view_as(parameter)
            at += parameter.numel()
        muon = [(p, 2 if "in_proj" in n else 1) for n, p in named if is_matrix(n)]
        rest = [(n, p) for n, p in named if not is_matrix(n)]
        if method == "adamw":
            muon, rest = [], named
        decayed = [p for n, p in rest if p.ndim == 2 and "A_log" not in n]
        free = [p for n, p in rest if p.ndim != 2 or "A_log" in n]
        self.muon = Muon(muon)
        self.adam = torch.optim.AdamW(
            [{"params": decayed, "weight_decay": 0.1}, {"params": free, "weight_decay": 0.0}],
            lr=rate, betas=(0.9, 0.95), fused=model.device.type == "cuda")
        self.rate, self.muon_rate, self.clip = rate, muon_rate, clip

    def step(self, factor):
        """One step at `factor` of the rates; gradients are zero afterwards."""
        norm = self.flat.norm()
        scale = torch.where(norm.isfinite(), (self.clip / (norm + 1e-6)).clamp(max=1.0), 0.0)
        self.flat.nan_to_num_(0.0, 0.0, 0.0).mul_(scale)
        for group in self.adam.param_groups:
            group["lr"] = self.rate * factor
        self.adam.step()
        self.muon.step(self.muon_rate * factor)
        self.flat.zero_()

    def state(self):
        return {"adam": self.adam.state_dict(), "muon": self.muon.buffers}

    def load(self, state):
        self.adam.load_state_dict(state["adam"])
        for ours, theirs in zip(self.muon.buffers, state["muon"]):
            ours.copy_(theirs)
