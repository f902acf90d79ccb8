"""How often a drafter's next byte is the verifier's, along the verifier's own output.

`python3 -m training.agreement WORK DRAFTER...` measures folders along the rows that sampling left
in WORK for it.
"""

import json
import pathlib
import sys

import numpy as np
import torch

from .distillation import AlignedRows, byte_shares, running_shares, verifier_distributions
from .encoding import encode, padded
from .vocabulary import VocabularyTrie, first_bytes, token_bytes


def match_rate(p, q, draws=4, generator=None):
    """The share of bytes that agree when both are chosen with the same Gumbel noise."""
    matches = 0.0
    for _ in range(draws):
        uniform = torch.rand(p.shape, generator=generator, device=p.device).clamp(1e-12, 1 - 1e-7)
        noise = -torch.log(-torch.log(uniform))
        ours, theirs = ((v.clamp(min=1e-12).log() + noise).argmax(-1) for v in (p, q))
        matches += (ours == theirs).float().mean().item()
    return matches / draws


def _compared(p, q):
    return {
        "top_1": (p.argmax(-1) == q.argmax(-1)).float().mean().item(),
        "overlap": torch.minimum(p, q).sum(-1).mean().item(),
        "match": match_rate(p, q),
    }


def _places(trie, tokenizer, rows):
    """The tokens [n, T] of rows of bytes as places of the sorted vocabulary, and their offsets."""
    ids, offset = encode(tokenizer, rows)
    tokens = torch.from_numpy(padded(ids, max(map(len, ids)))).to(trie.inverse.device)
    tokens = torch.where(tokens >= 0, trie.inverse[tokens.clamp(min=0)], tokens)
    return tokens, torch.from_numpy(offset).to(tokens.device)


@torch.no_grad()
def agreement(drafter, verifier, trie, follow, tokenizer, rows, prompt, batch=16):
    """Means over the written bytes of rows [n, width] uint8 whose first `prompt` are not counted:
    equal most probable byte, sum of min(p, q), and the match rate at temperature 1; each also with
    the ends of tokens known, which drafting does not know.

    The drafter's tokens are places of the sorted vocabulary.
    """
    device = drafter.device
    totals, counted = {}, 0
    for start in range(0, len(rows), batch):
        part = rows[start:start + batch]
        tokens, offset = _places(trie, tokenizer, part)
        aligned = AlignedRows(trie, tokens, offset, part.shape[1])
        state = drafter.initial_state(len(tokens), torch.float32)
        logits, _ = drafter(tokens[:, :-1].clamp(min=0), state)
        sums, _ = running_shares(logits.flatten(0, 1), aligned.targets)
        text = torch.tensor(part, device=device)
        p = verifier_distributions(verifier, text, torch.float32).flatten(0, 1)
        values = torch.arange(256, device=device).expand(len(p), 256)
        place = torch.arange(part.shape[1], device=device).repeat(len(part))
        chosen = aligned.known & (place >= prompt)
        count = int(chosen.sum())
        if not count:
            continue
        found = {}
        for joined, suffix in ((True, ""), (False, "_ends_known")):
            q = byte_shares(trie, follow, sums, aligned, values, joined)
            found.update(
                {name + suffix: value for name, value in _compared(p[chosen], q[chosen]).items()})
        counted += count
        for name, value in found.items():
            totals[name] = totals.get(name, 0.0) + count * value
    return {"bytes": counted, **{name: value / max(1, counted) for name, value in totals.items()}}


def main():
    from .export import load
    from .fusion import plain
    from .mamba import by_place
    from .sampling import PROMPT, load_verifier

    work, folders = pathlib.Path(sys.argv[1]), map(pathlib.Path, sys.argv[2:])
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    verifier = load_verifier(work / "verifier.int8.pt", device)
    for folder in folders:
        tokenizer = folder / "tokenizer.json"
        trie = VocabularyTrie(token_bytes(tokenizer)).to(device)
        drafter = by_place(load(folder, device), trie)
        for kind in ("sampled", "greedy"):
            rows = np.load(work / f"agreement-{kind}.npy")
            follow = first_bytes(trie, _places(trie, tokenizer, rows)[0])
            with plain():
                found = agreement(
                    drafter, verifier, trie, follow, tokenizer, rows,
                    min(PROMPT, len(rows[0]) // 2))
            print(folder, kind, json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
