"""A byte-level BPE vocabulary as a trie, and the byte distribution of a distribution of tokens."""

import json
import pathlib

import numpy as np
import torch

FLOOR = 2e-6


def byte_alphabet():
    """GPT-2's characters for the 256 bytes, as a map from character to byte."""
    shown = [*range(33, 127), *range(161, 173), *range(174, 256)]
    characters = {chr(byte): byte for byte in shown}
    hidden = (byte for byte in range(256) if byte not in shown)
    characters.update({chr(256 + i): byte for i, byte in enumerate(hidden)})
    return characters


def token_bytes(tokenizer):
    """The bytes of each token of a tokenizer.json, by id."""
    vocabulary = json.loads(pathlib.Path(tokenizer).read_text())["model"]["vocab"]
    alphabet = byte_alphabet()
    tokens = [b""] * len(vocabulary)
    for text, index in vocabulary.items():
        tokens[index] = bytes(alphabet[character] for character in text)
    return tokens


class VocabularyTrie:
    """Tokens sorted by their bytes, so those that begin alike are one range.

    order [V]: token at each sorted position; inverse [V]: the position of each token. low, high [nodes, 256]: the range of sorted positions
    below each child of a node, empty where there is no child. end [nodes]: the position of the
    token that a node spells, or -1. For a token t the nodes before each of its bytes are
    path[offset[t]:offset[t] + length[t]]. Node 0 is the root.
    """

    def __init__(self, tokens):
        self.tokens = tokens
        order = sorted(range(len(tokens)), key=lambda token: tokens[token])
        nodes = {b"": 0}
        for token in order:
            for depth in range(1, len(tokens[token]) + 1):
                nodes.setdefault(tokens[token][:depth], len(nodes))
        low = np.zeros((len(nodes), 256), dtype=np.int32)
        high = np.zeros((len(nodes), 256), dtype=np.int32)
        end = np.full(len(nodes), -1, dtype=np.int64)
        paths = [[] for _ in tokens]
        for position, token in enumerate(order):
            spelled = tokens[token]
            for depth, byte in enumerate(spelled):
                node = nodes[spelled[:depth]]
                if high[node, byte] == 0:
                    low[node, byte] = position
                high[node, byte] = position + 1
                paths[token].append(node)
            end[nodes[spelled]] = position
        self.order = torch.tensor(order)
        self.inverse = self.order.argsort()
        self.low, self.high = torch.from_numpy(low), torch.from_numpy(high)
        self.end = torch.from_numpy(end)
        self.length = torch.tensor([len(spelled) for spelled in tokens])
        self.offset = self.length.cumsum(0) - self.length
        self.path = torch.tensor([node for path in paths for node in path])
        self.spelled = torch.tensor(list(b"".join(tokens)), dtype=torch.uint8)

    def to(self, device):
        for name, value in vars(self).items():
            if isinstance(value, torch.Tensor):
                setattr(self, name, value.to(device))
        return self

    def positions(self, tokens):
        """For tokens [n] the flattened bytes: which token each is of, its depth, node and value."""
        count = self.length[tokens]
        of = torch.repeat_interleave(torch.arange(len(tokens), device=tokens.device), count)
        depth = torch.arange(len(of), device=of.device) - (count.cumsum(0) - count)[of]
        at = self.offset[tokens][of] + depth
        return of, depth, self.path[at], self.spelled[at]


def first_bytes(trie, rows):
    """The chance of each byte to follow each sorted position [V, 256], counted on token ids.

    rows [n, T], negative where there is none. Rare tokens lean on the counts of their last byte.
    """
    device = rows.device
    tokens = len(trie.tokens)
    first = trie.spelled[trie.offset].long()
    final = trie.spelled[trie.offset + trie.length - 1].long()
    before, after = rows[:, :-1].flatten(), rows[:, 1:].flatten()
    known = (before >= 0) & (after >= 0)
    before, after = before[known], first[after[known]]
    by_token = torch.zeros(tokens * 256, device=device)
    by_byte = torch.zeros(256 * 256, device=device)
    ones = torch.ones(len(before), device=device)
    by_token.index_add_(0, before * 256 + after, ones)
    by_byte.index_add_(0, final[before] * 256 + after, ones)
    prior = by_byte.view(256, 256) + 0.01
    prior = prior / prior.sum(1, keepdim=True)
    counts = by_token.view(tokens, 256) + 4 * prior[final]
    return (counts / counts.sum(1, keepdim=True))[trie.order]


class _Permuted(torch.autograd.Function):
    """Columns in another order; the gradient is gathered, not added up."""

    @staticmethod
    def forward(ctx, values, order, inverse):
        ctx.save_for_backward(inverse)
        return values.index_select(1, order)

    @staticmethod
    def backward(ctx, gradient):
        (inverse,) = ctx.saved_tensors
        return gradient.index_select(1, inverse), None, None


def byte_marginals(trie, follow, logits, of, node):
    """The byte distribution at each node, given a distribution of tokens.

    logits [n, V] of tokens by id; of [m]: which of them a byte belongs to; node [m]. A byte's mass
    is that of the tokens below the child, and, where the token may end here, that end's mass times
    the chance `follow` [V, 256] of the byte to come next. Gives [m, 256], rows of total 1.
    """
    share = torch.softmax(_Permuted.apply(logits.float(), trie.order, trie.inverse), -1)
    sums = torch.nn.functional.pad(share.cumsum(-1), (1, 0)).flatten()
    base = (of * (len(trie.order) + 1))[:, None]
    # gather's gradient adds up atomically; that of indexing sorts first.
    upper = torch.gather(sums, 0, (base + trie.high[node]).flatten())
    lower = torch.gather(sums, 0, (base + trie.low[node]).flatten())
    mass = (upper - lower).clamp(min=0).view(-1, 256)
    end = trie.end[node]
    ends = torch.gather(share.flatten(), 0, of * len(trie.order) + end.clamp(min=0))
    ends = torch.where(end >= 0, ends, torch.zeros_like(ends))
    mass = mass + ends[:, None] * follow[end.clamp(min=0)]
    q = mass / mass.sum(-1, keepdim=True).clamp(min=1e-7)
    # The running sums are rounded: what they make of a byte that hardly occurs means nothing.
    return (q + FLOOR) / (q.sum(-1, keepdim=True) + 256 * FLOOR)
