"""The drafter's byte distribution against the verifier's, along given tokens.

Tokens are places of the sorted vocabulary here, not ids: see `VocabularyTrie`.
"""

import torch

from .fusion import fused

FLOOR = 2e-6
LEAST_NODE = 1e-6  # the least mass of a node that is divided by: running sums are rounded


class AlignedRows:
    """Where each byte of rows of tokens is decided.

    tokens [rows, T], negative where a row has ended; they spell the row's bytes from `offset`
    [rows] on. Of each of the rows x width bytes: `known`, whether the logits decide it; `root`, the
    row of logits [rows x (T - 1)] of the token that the byte is of; `begins`, whether it is that
    token's first byte; and `at` and `node`, the row of logits and the trie's node at which the
    drafter chooses it. A token's first byte is chosen at the end of the token before: that token
    may go on with it, or end.
    """

    def __init__(self, trie, tokens, offset, width):
        rows, count = tokens.shape
        there = tokens >= 0
        ids = tokens.clamp(min=0)
        lengths = torch.where(there, trie.length[ids], torch.zeros_like(ids))
        ends = offset[:, None] + lengths.cumsum(1)
        place = torch.arange(width, device=tokens.device).expand(rows, width).contiguous()
        which = torch.searchsorted(ends, place, right=True)
        inside = which < there.sum(1, keepdim=True)
        which = which.clamp(max=count - 1)
        depth = place - ends.gather(1, which) + lengths.gather(1, which)
        token, before = ids.gather(1, which), ids.gather(1, (which - 1).clamp(min=0))
        within = trie.path[trie.offset[token] + depth.clamp(min=0).minimum(trie.length[token] - 1)]
        begins = depth == 0
        known = inside & (depth >= 0) & (which >= torch.where(begins, 2, 1))
        first = torch.arange(rows, device=tokens.device)[:, None] * (count - 1)
        root = first + (which - 1).clamp(min=0)
        self.known, self.begins = known.flatten(), begins.flatten()
        self.root = root.flatten()
        self.at = torch.where(begins, (root - 1).clamp(min=0), root).flatten()
        self.node = torch.where(begins, trie.spells[before], within).flatten()
        self.targets = ids[:, 1:].flatten()
        self.counted = there[:, 1:].flatten()


@fused
def _share(logits, lse):
    return torch.exp(logits.float() - lse[:, None])


@fused
def _logit_gradient(logits, lse, dsums, running, dlse):
    share = torch.exp(logits.float() - lse[:, None])
    dshare = running[:, -1:] - running + dsums
    inner = (share * dshare).sum(1, keepdim=True)
    return (share * (dshare - inner + dlse[:, None])).to(logits.dtype)


class _RunningShares(torch.autograd.Function):
    """Running sums of the softmax [n, V] in f32, the log of its total, and the targets' logits."""

    @staticmethod
    def forward(ctx, logits, targets):
        lse = torch.logsumexp(logits.float(), 1)
        ctx.save_for_backward(logits, lse, targets)
        chosen = logits.gather(1, targets[:, None])[:, 0].float()
        return _share(logits, lse).cumsum(1), lse, chosen

    @staticmethod
    def backward(ctx, dsums, dlse, dchosen):
        logits, lse, targets = ctx.saved_tensors
        # A share counts in its own running sum and in those after it.
        gradient = _logit_gradient(logits, lse, dsums, dsums.cumsum(1), dlse)
        gradient.scatter_add_(1, targets[:, None], dchosen[:, None].to(gradient.dtype))
        return gradient, None


def running_shares(logits, targets):
    """logits [n, V] and targets [n]: running sums of the shares, and the targets' cross-entropy."""
    sums, lse, chosen = _RunningShares.apply(logits, targets)
    return sums, lse - chosen


@fused
def _mix(before, positions, ends, begins, following, joined):
    """Shares of bytes from the running sums before places: see `byte_shares`."""
    sums = torch.where(positions > 0, before, 0.0)
    count = following.shape[1]
    low, high, root_low, root_high = (
        sums[:, i * count:(i + 1) * count] for i in range(4))
    first, second, last = sums[:, -3:-2], sums[:, -2:-1], sums[:, -1:]
    goes_on = (high - low).clamp(min=0)
    starts = (root_high - root_low).clamp(min=0)
    end = torch.where(ends[:, None], second - first, 0.0).clamp(min=0)
    after = torch.where(begins[:, None], starts, following)
    q = (goes_on + end * after) / (last - first).clamp(min=LEAST_NODE)
    if not joined:
        q = torch.where(begins[:, None], starts, q)
    return (q.clamp(0, 1) + FLOOR) / (1 + 256 * FLOOR)


def byte_shares(trie, follow, sums, aligned, values, joined=True):
    """The drafter's shares of bytes [m, K] (values, for each of the m aligned bytes).

    A byte's mass is that of the tokens that go on with it, and, where the token may end, that
    end's mass times the share of the byte to begin the next token: the model's own where a token
    does begin, else as `follow` [V, 256] has it. joined: else a token's first byte is measured as
    if the end of the one before were certain.
    """
    node, vocabulary = aligned.node, sums.shape[1]
    below, above = trie.below, trie.above
    first = trie.first[node][:, None]
    positions = torch.cat([
        below[node[:, None], values].long(), above[node[:, None], values].long(),
        below[0][values].long(), above[0][values].long(),
        first, first + 1, trie.last[node][:, None]], 1)
    count = values.shape[1]
    at, root = aligned.at[:, None] * vocabulary, aligned.root[:, None] * vocabulary
    rows = torch.cat([at.expand(-1, 2 * count), root.expand(-1, 2 * count), at.expand(-1, 3)], 1)
    # gather's gradient adds up atomically; that of indexing sorts first.
    before = torch.gather(
        sums.flatten(), 0, (rows + (positions - 1).clamp(min=0)).flatten()).view(positions.shape)
    following = torch.gather(follow.flatten(), 0, (first * 256 + values).flatten())
    return _mix(
        before, positions, trie.ends[node], aligned.begins, following.view(values.shape), joined)


@torch.no_grad()
def verifier_distributions(verifier, rows, activations=None):
    """[rows, width, 256]: what the verifier gives for each byte of rows [rows, width] (uint8), read
    from zero state; nothing that counts for the first byte."""
    state = verifier.initial_state(len(rows), activations)
    logits, _ = verifier(rows.long(), state)
    share = torch.softmax(logits[..., :256].float(), -1)
    return torch.cat([torch.zeros_like(share[:, :1]), share[:, :-1]], 1)


@fused
def _divergence(p, q):
    """KL(p, q) of each byte, all bytes but the likeliest taken as one."""
    rest_p = (1 - p.sum(1)).clamp(min=1e-6)
    rest_q = (1 - q.sum(1)).clamp(min=1e-6)
    return (p * (p.clamp(min=1e-9).log() - q.log())).sum(1) + rest_p * (rest_p / rest_q).log()


@fused
def _overlap(p, q, temperature):
    """Sum of min(p, q) at a temperature [m]; the bytes that are not listed never match."""
    def tempered(share):
        rest = (1 - share.sum(1, keepdim=True)).clamp(min=1e-6)
        whole = torch.cat([share, rest], 1).clamp(min=1e-9).log() / temperature[:, None]
        return torch.softmax(whole, 1)[:, :-1]
    return torch.minimum(tempered(p), tempered(q)).sum(1)


@torch.no_grad()
def reached(accepted, reach):
    """How much the length of drafts hangs on each byte [rows, width], of mean 1.

    accepted [rows, width]: the chance that a byte stands. A draft that begins anywhere and is up to
    `reach` bytes long gains, in the mean, the sum of the products of those chances; the
    derivative by the log of one of them is the mass of all the drafts that hold it.
    """
    running = accepted.clamp(min=1e-4).log().cumsum(1)
    width = running.shape[1]
    padded = torch.nn.functional.pad(running, (reach, reach))
    padded[:, -reach:] = -1e4
    padded[:, :reach] = 1e4
    padded[:, reach - 1] = 0
    ahead, behind = torch.zeros_like(running), torch.zeros_like(running)
    before = padded[:, reach - 1:reach - 1 + width]
    for step in range(reach):
        ahead += (padded[:, reach + step:reach + step + width] - before).exp()
        behind += (running - padded[:, reach - 1 - step:reach - 1 - step + width]).exp()
    weight = ahead * behind / accepted.clamp(min=1e-4)
    return weight / weight.mean().clamp(min=1e-6)


def losses(trie, follow, logits, aligned, p, values, temperature, reach):
    """Cross-entropy by token; by byte the divergence KL(p, q), and -log of the chance that the
    byte is accepted, which is the overlap at its row's temperature. With a reach each byte counts
    for it as much as the length of drafts hangs on it.

    p, values [rows, width, K]: the verifier's likeliest bytes and their shares. Gives sums over
    what counts, divided by the number of tokens, and the mean overlap.
    """
    rows, width, count = p.shape
    sums, cross = running_shares(logits, aligned.targets)
    p, values = p.reshape(-1, count), values.reshape(-1, count)
    q = byte_shares(trie, follow, sums, aligned, values)
    known = aligned.known.float()
    tokens = aligned.counted.sum().clamp(min=1)
    hard = (cross * aligned.counted).sum() / tokens
    divergence = (_divergence(p, q) * known).sum() / tokens
    overlap = _overlap(p, q, temperature[:, None].expand(rows, width).reshape(-1))
    refused = -overlap.clamp(min=1e-4).log() if reach else 1 - overlap
    weight = known
    if reach:
        chance = torch.where(aligned.known, overlap.detach(), 1e-4).view(rows, width)
        weight = known * (0.25 + 0.75 * reached(chance, reach).flatten())
    refused = (refused * weight).sum() / tokens
    return hard, divergence, refused, (overlap.detach() * known).sum() / known.sum().clamp(min=1)
