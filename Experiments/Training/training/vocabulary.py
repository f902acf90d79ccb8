"""A byte-level BPE vocabulary as a trie, and the byte distribution of a distribution of tokens."""

import json
import pathlib

import numpy as np
import torch



def byte_alphabet():
    """GPT-2's characters for the 256 bytes, as a map from character to byte."""
    shown = [*range(33, 127), *range(161, 173), *range(174, 256)]
    characters = {chr(byte): byte for byte in shown}
    hidden = (byte for byte in range(256) if byte not in shown)
    characters.update({chr(256 + i): byte for i, byte in enumerate(hidden)})
    return characters


def token_bytes(tokenizer):
    """The bytes of each token of a tokenizer.json, by id."""
    contents = json.loads(pathlib.Path(tokenizer).read_text())
    vocabulary = contents["model"]["vocab"]
    alphabet = byte_alphabet()
    if contents.get("added_tokens") or not all(set(text) <= set(alphabet) for text in vocabulary):
        raise ValueError(
            f"{tokenizer}: tokens that stand for no text cannot be trained; make a vocabulary "
            "without them (`specdecode tokenizer train`)")
    tokens = [b""] * len(vocabulary)
    for text, index in vocabulary.items():
        tokens[index] = bytes(alphabet[character] for character in text)
    return tokens


class VocabularyTrie:
    """Tokens sorted by their bytes, so those that begin alike are one range of places.

    order [V]: the token's id at each place; inverse [V]: the place of each id. All else is by place
    and by node; node 0 is the root.

    below, above [nodes, 256]: the range of places below each child of a node, empty where there is
    no child. first, last [nodes]: the range of places below a node; ends [nodes]: whether a token
    spells the node, and then it is the one at `first`. spells [V]: the node that a token spells.
    For a token t the nodes before each of its bytes are path[offset[t]:offset[t] + length[t]], the
    bytes those of `spelled`.
    """

    def __init__(self, tokens):
        self.tokens = tokens
        order = sorted(range(len(tokens)), key=lambda token: tokens[token])
        nodes = {b"": 0}
        for token in order:
            for depth in range(1, len(tokens[token]) + 1):
                nodes.setdefault(tokens[token][:depth], len(nodes))
        below = np.zeros((len(nodes), 256), dtype=np.int32)
        above = np.zeros((len(nodes), 256), dtype=np.int32)
        first = np.zeros(len(nodes), dtype=np.int64)
        last = np.zeros(len(nodes), dtype=np.int64)
        ends = np.zeros(len(nodes), dtype=bool)
        last[0] = len(tokens)
        paths, spells = [], []
        for place, token in enumerate(order):
            spelled, path = tokens[token], []
            for depth, byte in enumerate(spelled):
                node, child = nodes[spelled[:depth]], nodes[spelled[:depth + 1]]
                if above[node, byte] == 0:
                    below[node, byte] = first[child] = place
                above[node, byte] = last[child] = place + 1
                path.append(node)
            ends[nodes[spelled]] = True
            paths.append(path)
            spells.append(nodes[spelled])
        self.order = torch.tensor(order)
        self.inverse = self.order.argsort()
        self.below, self.above = torch.from_numpy(below), torch.from_numpy(above)
        self.first, self.last = torch.from_numpy(first), torch.from_numpy(last)
        self.ends, self.spells = torch.from_numpy(ends), torch.tensor(spells)
        self.length = torch.tensor([len(path) for path in paths])
        self.offset = self.length.cumsum(0) - self.length
        self.path = torch.tensor([node for path in paths for node in path])
        self.spelled = torch.tensor(
            list(b"".join(tokens[token] for token in order)), dtype=torch.uint8)

    def to(self, device):
        for name, value in vars(self).items():
            if isinstance(value, torch.Tensor):
                setattr(self, name, value.to(device))
        return self


def first_bytes(trie, rows):
    """The chance of each byte to follow each token [V, 256], counted on rows of places.

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
    return counts / counts.sum(1, keepdim=True)
