"""Mamba with the layout and the names of `MambaForCausalLM` of Hugging Face transformers."""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F

from .fusion import fused
from .selective_scan import selective_scan

EPSILON = 1e-5


def normalized(h, weight):
    """RMSNorm, in f32."""
    h = h.float()
    return h * torch.rsqrt(h.pow(2).mean(-1, keepdim=True) + EPSILON) * weight


def _linear(x, weight):
    return F.linear(x, weight.to(x.dtype))


@fused
def _before_scan(h, tail, norm, in_proj, kernel, kernel_bias, x_proj, dt_proj, dt_bias):
    """From the residual stream [batch, length, width] to the scan's inputs.

    `tail` [batch, kernel - 1, inner] holds the last inputs of the convolution of the window
    before; its type is that of the activations.
    """
    length, taps = h.shape[1], kernel.shape[1]
    rank, states = dt_proj.shape[1], (x_proj.shape[0] - dt_proj.shape[1]) // 2
    u = normalized(h, norm).to(tail.dtype)
    x, z = _linear(u, in_proj).chunk(2, -1)
    whole = torch.cat([tail, x], 1)
    x = kernel_bias.float()
    for tap in range(taps):
        x = x + whole[:, tap:tap + length] * kernel[:, tap].float()
    x = F.silu(x).to(tail.dtype)
    low, B, C = torch.split(_linear(x, x_proj), [rank, states, states], -1)
    dt = F.softplus(_linear(low, dt_proj).float() + dt_bias).to(tail.dtype)
    return x, z, dt, B.contiguous(), C.contiguous(), whole[:, length:].detach().clone()


@fused
def _after_scan(h, y, z, out_proj):
    return h + _linear(y * F.silu(z), out_proj).float()


@fused
def _head(h, norm, head, like):
    return _linear(normalized(h, norm).to(like.dtype), head)


class _Weights(nn.Module):
    """Named parameters without a function of their own."""

    def __init__(self, **tensors):
        super().__init__()
        for name, tensor in tensors.items():
            self.register_parameter(name, nn.Parameter(tensor))


class Mixer(nn.Module):
    def __init__(self, configuration):
        super().__init__()
        c = configuration
        inner, rank = c.inner, c.step_rank
        self.in_proj = _Weights(weight=torch.randn(2 * inner, c.width) * 0.02)
        bound = c.convolution ** -0.5
        self.conv1d = _Weights(
            weight=torch.empty(inner, 1, c.convolution).uniform_(-bound, bound),
            bias=torch.zeros(inner))
        self.x_proj = _Weights(weight=torch.randn(rank + 2 * c.state, inner) * 0.02)
        # Steps between 0.001 and 0.1, as the paper's: the inverse of softplus is the bias.
        step = torch.exp(torch.rand(inner) * math.log(100) + math.log(0.001))
        self.dt_proj = _Weights(
            weight=torch.empty(inner, rank).uniform_(-(rank ** -0.5), rank ** -0.5),
            bias=step + torch.log(-torch.expm1(-step)))
        self.A_log = nn.Parameter(torch.arange(1.0, c.state + 1).log().repeat(inner, 1))
        self.D = nn.Parameter(torch.ones(inner))
        scale = 0.02 / math.sqrt(2 * c.layers)
        self.out_proj = _Weights(weight=torch.randn(c.width, inner) * scale)


class Block(nn.Module):
    def __init__(self, configuration):
        super().__init__()
        self.norm = _Weights(weight=torch.ones(configuration.width))
        self.mixer = Mixer(configuration)

    def forward(self, h, tail, state):
        m = self.mixer
        x, z, dt, B, C, tail = _before_scan(
            h, tail, self.norm.weight, m.in_proj.weight, m.conv1d.weight[:, 0], m.conv1d.bias,
            m.x_proj.weight, m.dt_proj.weight, m.dt_proj.bias)
        y, state = selective_scan(x, dt, -torch.exp(m.A_log), B, C, m.D, state)
        return _after_scan(h, y, z, m.out_proj.weight), tail, state


class Backbone(nn.Module):
    def __init__(self, configuration):
        super().__init__()
        self.embeddings = _Weights(
            weight=torch.randn(configuration.vocabulary, configuration.width) * 0.02)
        self.layers = nn.ModuleList(Block(configuration) for _ in range(configuration.layers))
        self.norm_f = _Weights(weight=torch.ones(configuration.width))


class Mamba(nn.Module):
    """ids [batch, length] and a state to logits [batch, length, vocabulary] and the next state.

    The state is a list of (tail, h) for every layer; no gradient flows through it.
    """

    def __init__(self, configuration):
        super().__init__()
        self.configuration = configuration
        self.backbone = Backbone(configuration)
        if not configuration.tied:
            self.lm_head = _Weights(
                weight=torch.randn(configuration.vocabulary, configuration.width) * 0.02)

    @property
    def head(self):
        """The matrix [vocabulary, width] that makes logits."""
        return (self.backbone.embeddings if self.configuration.tied else self.lm_head).weight

    @property
    def device(self):
        return self.backbone.norm_f.weight.device

    @property
    def parameter_count(self):
        return sum(parameter.numel() for parameter in self.parameters())

    def initial_state(self, batch, activations=None):
        """Zeros; activations are bf16 on CUDA and f32 elsewhere where no type is given."""
        c = self.configuration
        kind = activations or (torch.bfloat16 if self.device.type == "cuda" else torch.float32)
        return [
            (torch.zeros(batch, c.convolution - 1, c.inner, device=self.device, dtype=kind),
             torch.zeros(batch, c.inner, c.state, device=self.device))
            for _ in range(c.layers)
        ]

    def hidden(self, ids, state):
        """The residual stream before the last norm, and the next state."""
        h = F.embedding(ids, self.backbone.embeddings.weight).float()
        following = []
        for block, (tail, scan) in zip(self.backbone.layers, state):
            h, tail, scan = block(h, tail, scan)
            following.append((tail, scan))
        return h, following

    def forward(self, ids, state=None):
        if state is None:
            state = self.initial_state(len(ids))
        h, following = self.hidden(ids, state)
        logits = _head(
            h, self.backbone.norm_f.weight, self.head, state[0][0])
        return logits, following


def reset(state, fresh):
    """Zeroes in place the states of the sequences that `fresh` [batch] (bool) names."""
    for tail, scan in state:
        tail[fresh] = 0
        scan[fresh] = 0
    return state


def _reordered(model, order):
    copy = Mamba(model.configuration)
    weights = dict(model.state_dict())
    for name in ("backbone.embeddings.weight", "lm_head.weight"):
        if name in weights:
            weights[name] = weights[name][order]
    copy.load_state_dict(weights)
    return copy.to(model.device)


def by_id(model, trie):
    """A model whose tokens are ids from one whose tokens are places of a sorted vocabulary."""
    return _reordered(model, trie.inverse)


def by_place(model, trie):
    """The reverse of `by_id`."""
    return _reordered(model, trie.order)
