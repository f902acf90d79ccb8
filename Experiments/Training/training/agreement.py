"""How often a drafter's next byte is the verifier's, along the verifier's own output."""

import torch

from .distillation import AlignedRows, drafter_distributions, verifier_distributions
from .encoding import encode


def match_rate(p, q, draws=4, generator=None):
    """The share of bytes that agree when both are chosen with the same Gumbel noise."""
    matches = 0.0
    for _ in range(draws):
        uniform = torch.rand(p.shape, generator=generator, device=p.device).clamp(1e-12, 1 - 1e-7)
        noise = -torch.log(-torch.log(uniform))
        ours, theirs = ((v.clamp(min=1e-12).log() + noise).argmax(-1) for v in (p, q))
        matches += (ours == theirs).float().mean().item()
    return matches / draws


@torch.no_grad()
def agreement(drafter, verifier, trie, follow, tokenizer, rows, prompt, batch=16):
    """Means over the written bytes of rows [n, width] uint8 whose first `prompt` are not counted:
    equal most probable byte, sum of min(p, q), and the match rate at temperature 1."""
    device = drafter.device
    totals = {"bytes": 0, "top_1": 0.0, "overlap": 0.0, "match": 0.0}
    for start in range(0, len(rows), batch):
        part = rows[start:start + batch]
        ids = encode(tokenizer, part)
        width = max(map(len, ids))
        tokens = torch.tensor([row + [-1] * (width - len(row)) for row in ids], device=device)
        aligned = AlignedRows(trie, tokens, part.shape[1])
        state = drafter.initial_state(len(tokens), torch.float32)
        logits, _ = drafter(tokens[:, :-1].clamp(min=0), state)
        q = drafter_distributions(trie, follow, logits[aligned.valid], aligned)
        p = verifier_distributions(verifier, aligned, torch.float32)
        counted = aligned.place >= prompt
        p, q = p[counted], q[counted]
        count = len(p)
        if not count:
            continue
        totals["bytes"] += count
        totals["top_1"] += count * (p.argmax(-1) == q.argmax(-1)).float().mean().item()
        totals["overlap"] += count * torch.minimum(p, q).sum(-1).mean().item()
        totals["match"] += count * match_rate(p, q)
    count = max(1, totals.pop("bytes"))
    return {"bytes": count, **{name: value / count for name, value in totals.items()}}
