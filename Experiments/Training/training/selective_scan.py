"""The selective scan of Mamba, with its gradient.

For every sequence and channel d, with N states:

    h_t = exp(dt_t A) h_{t-1} + dt_t x_t B_t          y_t = C_t . h_t + D x_t

`reference` is plain PyTorch for any device and type. `selective_scan` runs a Triton kernel on CUDA:
one warp takes a few channels of one sequence through time, `unroll` steps at once, all loads of
those steps issued before the first is used. The forward pass keeps the state before every `unroll`
steps; the backward pass makes the states between them again in registers.
"""

import dataclasses
import math
import os

import torch

try:
    import triton
    import triton.language as tl
except ImportError:
    triton = None


def reference(x, dt, A, B, C, D, state=None):
    """The scan one step at a time.

    Shapes: x, dt [batch, length, channels]; A [channels, N]; B, C [batch, length, N];
    D [channels]; state [batch, channels, N], zeros if None. Gives y as x, and the last state.
    """
    if state is None:
        state = x.new_zeros(x.shape[0], x.shape[2], A.shape[1], dtype=A.dtype)
    outputs = []
    for t in range(x.shape[1]):
        decay = torch.exp(dt[:, t, :, None] * A)
        state = decay * state + (dt[:, t] * x[:, t])[:, :, None] * B[:, t, None, :]
        outputs.append((state * C[:, t, None, :]).sum(-1) + D * x[:, t])
    return torch.stack(outputs, 1).to(x.dtype), state


@dataclasses.dataclass(frozen=True)
class Variant:
    """How the kernel is cut up.

    channels and warps: of one program. unroll: time steps at once. atomic: whether the gradients
    of B and C meet by atomic addition, or are stored by program and summed afterwards.
    """

    channels: int = 16
    unroll: int = 4
    warps: int = 1
    atomic: bool = False


# From the fastest expected to the plainest; the last holds one step at a time.
VARIANTS = (
    Variant(16, 8, 1, False),
    Variant(32, 4, 1, False),
    Variant(16, 8, 1, True),
    Variant(16, 4, 1, False),
    Variant(32, 4, 1, True),
    Variant(64, 4, 2, False),
    Variant(32, 2, 1, False),
    Variant(32, 1, 1, False),
)

_variant = Variant()


def use(variant):
    """Makes a variant the one that `selective_scan` runs."""
    global _variant
    _variant = variant


if triton is not None:
    LOG2_E = tl.constexpr(1.4426950408889634)

    @triton.jit
    def _forward_kernel(
        x, dt, A, B, C, D, first, y, kept, last, length, channels,
        N: tl.constexpr, BLOCK: tl.constexpr, UNROLL: tl.constexpr,
    ):
        sequence = tl.program_id(0).to(tl.int64)
        d = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
        n = tl.arange(0, N)
        tile = d[:, None] * N + n[None, :]
        a2 = tl.load(A + tile) * LOG2_E
        skip = tl.load(D + d)
        h = tl.load(first + sequence * channels * N + tile)
        pieces = length // UNROLL
        for piece in range(pieces):
            row = sequence * length + piece * UNROLL
            tl.store(kept + (sequence * pieces + piece) * channels * N + tile, h)
            xs = ()
            steps = ()
            bs = ()
            cs = ()
            for j in tl.static_range(UNROLL):
                xs = xs + (tl.load(x + (row + j) * channels + d),)
                steps = steps + (tl.load(dt + (row + j) * channels + d),)
                bs = bs + (tl.load(B + (row + j) * N + n),)
                cs = cs + (tl.load(C + (row + j) * N + n),)
            for j in tl.static_range(UNROLL):
                xt = xs[j].to(tl.float32)
                step = steps[j].to(tl.float32)
                decay = tl.exp2(step[:, None] * a2)
                h = decay * h + (step * xt)[:, None] * bs[j].to(tl.float32)[None, :]
                out = tl.sum(h * cs[j].to(tl.float32)[None, :], 1) + skip * xt
                tl.store(y + (row + j) * channels + d, out.to(y.dtype.element_ty))
        tl.store(last + sequence * channels * N + tile, h)

    @triton.jit
    def _backward_kernel(
        x, dt, A, B, C, D, kept, dy, dx, ddt, dA, dB, dC, dD, length, channels, rows,
        N: tl.constexpr, BLOCK: tl.constexpr, UNROLL: tl.constexpr, ATOMIC: tl.constexpr,
    ):
        sequence = tl.program_id(0).to(tl.int64)
        block = tl.program_id(1).to(tl.int64)
        d = block * BLOCK + tl.arange(0, BLOCK)
        n = tl.arange(0, N)
        tile = d[:, None] * N + n[None, :]
        a = tl.load(A + tile)
        skip = tl.load(D + d)
        dh = tl.zeros_like(a)
        sum_a = tl.zeros_like(a)
        sum_skip = tl.zeros_like(skip)
        pieces = length // UNROLL
        for i in range(pieces):
            piece = pieces - 1 - i
            row = sequence * length + piece * UNROLL
            h = tl.load(kept + (sequence * pieces + piece) * channels * N + tile)
            xs = ()
            steps = ()
            bs = ()
            cs = ()
            gs = ()
            for j in tl.static_range(UNROLL):
                xs = xs + (tl.load(x + (row + j) * channels + d),)
                steps = steps + (tl.load(dt + (row + j) * channels + d),)
                bs = bs + (tl.load(B + (row + j) * N + n),)
                cs = cs + (tl.load(C + (row + j) * N + n),)
                gs = gs + (tl.load(dy + (row + j) * channels + d),)
            hs = ()
            decays = ()
            for j in tl.static_range(UNROLL):
                xt = xs[j].to(tl.float32)
                step = steps[j].to(tl.float32)
                decay = tl.exp2(step[:, None] * (a * LOG2_E))
                h = decay * h + (step * xt)[:, None] * bs[j].to(tl.float32)[None, :]
                hs = hs + (h,)
                decays = decays + (decay,)
            for j in tl.static_range(UNROLL - 1, -1, -1):
                xt = xs[j].to(tl.float32)
                step = steps[j].to(tl.float32)
                bt = bs[j].to(tl.float32)[None, :]
                g = gs[j].to(tl.float32)
                sum_skip += g * xt
                of_c = tl.sum(g[:, None] * hs[j], 0)
                dh += g[:, None] * cs[j].to(tl.float32)[None, :]
                of_b = tl.sum(dh * (step * xt)[:, None], 0)
                if ATOMIC:
                    tl.atomic_add(dC + (row + j) * N + n, of_c, sem="relaxed")
                    tl.atomic_add(dB + (row + j) * N + n, of_b, sem="relaxed")
                else:
                    tl.store(dC + (block * rows + row + j) * N + n, of_c)
                    tl.store(dB + (block * rows + row + j) * N + n, of_b)
                # The decayed state before the step is what the step did not add.
                q = dh * (hs[j] - (step * xt)[:, None] * bt)
                s = tl.sum(dh * bt, 1)
                of_step = tl.sum(q * a, 1) + s * xt
                tl.store(ddt + (row + j) * channels + d, of_step.to(ddt.dtype.element_ty))
                of_x = skip * g + step * s
                tl.store(dx + (row + j) * channels + d, of_x.to(dx.dtype.element_ty))
                sum_a += q * step[:, None]
                dh = dh * decays[j]
        tl.store(dA + sequence * channels * N + tile, sum_a)
        tl.store(dD + sequence * channels + d, sum_skip)


class _KernelScan(torch.autograd.Function):
    """No gradient flows through the states: windows of one text are cut there."""

    @staticmethod
    def forward(ctx, x, dt, A, B, C, D, state, variant):
        x, dt, A, B, C, D, state = (v.contiguous() for v in (x, dt, A, B, C, D, state))
        batch, length, channels = x.shape
        N = A.shape[1]
        y = torch.empty_like(x)
        last = torch.empty_like(state)
        pieces = length // variant.unroll
        kept = torch.empty(batch, pieces, channels, N, device=x.device, dtype=torch.float32)
        _forward_kernel[(batch, channels // variant.channels)](
            x, dt, A, B, C, D, state, y, kept, last, length, channels,
            N, variant.channels, variant.unroll, num_warps=variant.warps,
        )
        ctx.save_for_backward(x, dt, A, B, C, D, kept)
        ctx.variant = variant
        ctx.mark_non_differentiable(last)
        return y, last

    @staticmethod
    def backward(ctx, dy, _):
        x, dt, A, B, C, D, kept = ctx.saved_tensors
        variant = ctx.variant
        batch, length, channels = x.shape
        N = A.shape[1]
        blocks = channels // variant.channels
        dx, ddt = torch.empty_like(x), torch.empty_like(dt)
        dA = torch.empty(batch, channels, N, device=x.device)
        dD = torch.empty(batch, channels, device=x.device)
        make = torch.zeros if variant.atomic else torch.empty
        parts = 1 if variant.atomic else blocks
        dB = make(parts, batch, length, N, device=x.device)
        dC = make(parts, batch, length, N, device=x.device)
        _backward_kernel[(batch, blocks)](
            x, dt, A, B, C, D, kept, dy.contiguous(), dx, ddt, dA, dB, dC, dD,
            length, channels, batch * length,
            N, variant.channels, variant.unroll, variant.atomic, num_warps=variant.warps,
        )
        dB, dC = dB.sum(0).to(B.dtype), dC.sum(0).to(C.dtype)
        return dx, ddt, dA.sum(0), dB, dC, dD.sum(0), None, None


def _block(channels, wanted):
    """The largest power of two up to `wanted` that divides the channels."""
    return math.gcd(channels, wanted)


def kernel_scan(x, dt, A, B, C, D, state=None, variant=None):
    """As `reference`, by the Triton kernel; A, D and the state in f32.

    N must be a power of two. A length that `unroll` does not divide is filled with steps of
    dt = 0, which leave the state alone.
    """
    variant = variant or _variant
    variant = dataclasses.replace(variant, channels=_block(x.shape[2], variant.channels))
    if state is None:
        state = torch.zeros(
            x.shape[0], x.shape[2], A.shape[1], device=x.device, dtype=torch.float32)
    length = x.shape[1]
    fill = -length % variant.unroll
    if fill:
        x, dt, B, C = (torch.nn.functional.pad(v, (0, 0, 0, fill)) for v in (x, dt, B, C))
    y, last = _KernelScan.apply(x, dt, A.float(), B, C, D.float(), state.float(), variant)
    return (y[:, :length] if fill else y), last


def uses_kernel(x):
    """Whether `selective_scan` runs the kernel for this input."""
    if os.environ.get("TRAINING_SCAN") == "reference":
        return False
    return triton is not None and x.is_cuda


def selective_scan(x, dt, A, B, C, D, state=None):
    """The scan by the kernel on CUDA, by `reference` elsewhere."""
    if uses_kernel(x):
        return kernel_scan(x, dt, A, B, C, D, state)
    if state is not None:
        state = state.detach()
    y, last = reference(x, dt, A, B, C, D, state)
    return y, last.detach()
