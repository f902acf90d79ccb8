"""The drafter's byte distribution against the verifier's, along given tokens."""

import torch
import torch.nn.functional as F

from .vocabulary import byte_marginals


class AlignedRows:
    """Token rows with their bytes: tokens [rows, T], negative where a row has ended.

    bytes [rows, width] is what the tokens spell. Of the targets (all tokens but each row's first)
    `targets` [n] are the ids and `valid` [rows, T - 1] where they stand; for each of their bytes
    `of` says which target, `node` where in the trie it is chosen, `row` and `place` where it is.
    """

    def __init__(self, trie, tokens, width):
        known = tokens >= 0
        ids = tokens.clamp(min=0)
        lengths = torch.where(known, trie.length[ids], torch.zeros_like(ids))
        starts = lengths.cumsum(1) - lengths
        self.bytes = torch.zeros(len(tokens), width, dtype=torch.long, device=tokens.device)
        of, depth, _, value = trie.positions(ids[known])
        rows = torch.arange(len(tokens), device=tokens.device)[:, None].expand_as(tokens)
        place = starts[known][of] + depth
        fits = place < width
        self.bytes[rows[known][of][fits], place[fits]] = value[fits].long()
        self.valid = known[:, 1:] & (starts[:, 1:] + lengths[:, 1:] <= width)
        self.targets = ids[:, 1:][self.valid]
        self.of, depth, self.node, self.value = trie.positions(self.targets)
        self.row = rows[:, 1:][self.valid][self.of]
        self.place = starts[:, 1:][self.valid][self.of] + depth


@torch.no_grad()
def verifier_distributions(verifier, aligned, activations=None):
    """[m, 256]: what the verifier gives for each byte of the targets, reading each row from zero
    state."""
    state = verifier.initial_state(len(aligned.bytes), activations)
    logits, _ = verifier(aligned.bytes, state)
    return torch.softmax(logits[aligned.row, aligned.place - 1].float(), -1)


def drafter_distributions(trie, follow, logits, aligned):
    """[m, 256] from logits [n, V] of the targets."""
    return byte_marginals(trie, follow, logits, aligned.of, aligned.node)


def losses(trie, follow, logits, aligned, p):
    """Cross-entropy of tokens, and by byte the divergence KL(p, q) and 1 - sum of min(p, q).

    All are sums over bytes or tokens divided by the number of tokens, in nats.
    """
    count = len(aligned.targets)
    hard = F.cross_entropy(logits.float(), aligned.targets)
    q = drafter_distributions(trie, follow, logits, aligned)
    divergence = (p * (p.clamp(min=1e-9).log() - q.log())).sum() / count
    variation = (1 - torch.minimum(p, q).sum(-1)).sum() / count
    return hard, divergence, variation
