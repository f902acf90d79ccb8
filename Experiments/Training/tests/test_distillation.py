import numpy as np
import pytest
import torch

from training import agreement, distillation, encoding, tokenizer, vocabulary
from training.configuration import MambaConfiguration
from training.drafter import inputs
from training.mamba import Mamba

TOKENS = [bytes([b]) for b in range(256)] + [b"th", b"the", b"he", b" the", b"ab", b"abab"]


@pytest.fixture
def trie():
    return vocabulary.VocabularyTrie(TOKENS)


def brute_force(share, follow, prefix, byte):
    """The mass of what goes on with a byte after a prefix within a token."""
    goes_on = sum(
        share[i] for i, token in enumerate(TOKENS) if token.startswith(prefix + bytes([byte])))
    if prefix in TOKENS:
        goes_on += share[TOKENS.index(prefix)] * follow[TOKENS.index(prefix), byte]
    return goes_on


def test_byte_marginals_are_those_of_brute_force(trie):
    torch.manual_seed(0)
    logits = torch.randn(3, len(TOKENS))
    by_id = torch.softmax(torch.randn(len(TOKENS), 256), -1)
    of, _, node, _ = trie.positions(torch.tensor([TOKENS.index(b" the"), TOKENS.index(b"abab"),
                                                  ord("x")]))
    found = vocabulary.byte_marginals(trie, by_id[trie.order], logits, of, node)
    prefixes = [b" the"[:i] for i in range(4)] + [b"abab"[:i] for i in range(4)] + [b""]
    for row, (which, prefix) in enumerate(zip(of.tolist(), prefixes)):
        share = torch.softmax(logits[which], -1)
        masses = torch.stack([
            torch.as_tensor(brute_force(share, by_id, prefix, byte)) for byte in range(256)])
        assert torch.allclose(found[row], masses / masses.sum(), atol=1e-3)
        assert torch.allclose(found[row].sum(), torch.tensor(1.0), atol=1e-5)


def test_the_gradient_of_byte_marginals_is_that_of_plain_indexing(trie):
    torch.manual_seed(1)
    logits = torch.randn(2, len(TOKENS), requires_grad=True)
    follow = torch.softmax(torch.randn(len(TOKENS), 256), -1)
    of, _, node, value = trie.positions(torch.tensor([TOKENS.index(b"the"), TOKENS.index(b"he")]))
    chosen = torch.arange(len(of)), value.long()
    vocabulary.byte_marginals(trie, follow, logits, of, node)[chosen].sum().backward()
    ours, logits.grad = logits.grad, None
    total = 0
    share = torch.softmax(logits, -1)
    for which, spelled in enumerate((b"the", b"he")):
        for depth in range(len(spelled)):
            prefix = spelled[:depth]
            by_id = follow[trie.inverse]
            mass = brute_force(share[which], by_id, prefix, spelled[depth])
            below = sum(share[which, i] for i, t in enumerate(TOKENS) if t.startswith(prefix))
            total = total + mass / below
    total.backward()
    assert torch.allclose(ours, logits.grad, atol=2e-3)


def test_first_bytes_are_counted_and_rare_tokens_lean_on_their_last_byte(trie):
    rows = torch.tensor([[TOKENS.index(b"the"), ord(" "), ord("a"), -1]] * 50)
    follow = vocabulary.first_bytes(trie, rows)
    assert follow[trie.inverse[TOKENS.index(b"the")], ord(" ")] > 0.9
    assert follow[trie.inverse[TOKENS.index(b"he")], ord(" ")] > 0.9
    assert torch.allclose(follow.sum(1), torch.ones(len(TOKENS)), atol=1e-5)


def test_rows_are_aligned_byte_by_byte(trie):
    the, ab = TOKENS.index(b" the"), TOKENS.index(b"ab")
    tokens = torch.tensor([[ord("x"), the, ab], [the, ord("y"), -1]])
    rows = distillation.AlignedRows(trie, tokens, 10)
    assert bytes(rows.bytes[0].tolist()) == b"x theab\0\0\0"
    assert bytes(rows.bytes[1].tolist()) == b" they\0\0\0\0\0"
    assert rows.targets.tolist() == [the, ab, ord("y")]
    assert rows.place.tolist() == [1, 2, 3, 4, 5, 6, 4]
    assert bytes(rows.value.tolist()) == b" theaby"
    assert rows.row.tolist() == [0] * 6 + [1]


def test_an_ended_row_begins_again():
    tokens = torch.tensor([[5, 6, 7, -1, -1], [1, -1, -1, -1, -1]])
    assert inputs(tokens).tolist() == [[5, 6, 7, 5, 6], [1, 1, 1, 1, 1]]


def test_equal_distributions_always_match_and_disjoint_ones_never():
    p = torch.softmax(torch.randn(500, 256), -1)
    assert agreement.match_rate(p, p) == 1
    left, right = torch.zeros(50, 256), torch.zeros(50, 256)
    left[:, :128] = right[:, 128:] = 1 / 128
    assert agreement.match_rate(left, right) == 0


def test_the_losses_vanish_when_the_drafter_gives_the_verifiers_distribution(trie):
    torch.manual_seed(0)
    tokens = torch.tensor([[TOKENS.index(b"the"), ord(" "), TOKENS.index(b"abab")]])
    rows = distillation.AlignedRows(trie, tokens, 12)
    logits = torch.randn(2, len(TOKENS))
    follow = torch.full((len(TOKENS), 256), 1 / 256)
    q = distillation.drafter_distributions(trie, follow, logits, rows)
    _, divergence, variation = distillation.losses(trie, follow, logits, rows, q)
    assert divergence.abs() < 1e-4 and variation.abs() < 1e-4
    other = torch.softmax(torch.randn(q.shape), -1)
    _, divergence, variation = distillation.losses(trie, follow, logits, rows, other)
    assert divergence > 0.1 and variation > 0.1


def test_tokens_spell_the_text_and_agreement_is_measured(tmp_path):
    path = tmp_path / "tokenizer-300.json"
    text = "the cat and the hat and the bat, said the cat; " * 40
    tokenizer.train([text], 300, path)
    tokens = vocabulary.token_bytes(path)
    rows = np.frombuffer(text.encode()[:600], dtype=np.uint8).reshape(6, 100)
    ids = encoding.encode(path, rows)
    for row, spelled in zip(rows, ids):
        assert b"".join(tokens[i] for i in spelled) == row.tobytes()
    trie = vocabulary.VocabularyTrie(tokens)
    torch.manual_seed(0)
    drafter = Mamba(MambaConfiguration(len(tokens), 16, 1))
    verifier = Mamba(MambaConfiguration(256, 16, 1))
    follow = torch.full((len(tokens), 256), 1 / 256)
    found = agreement.agreement(drafter, verifier, trie, follow, path, rows, 20)
    assert found["bytes"] == 6 * 80
    assert 0.3 < found["overlap"] <= 1 and 0 < found["match"] <= found["overlap"] + 0.1


def test_rows_are_padded_and_cut():
    padded = encoding.padded([[1, 2], [1, 2, 3, 4]], 3)
    assert padded.tolist() == [[1, 2, encoding.PAD], [1, 2, 3]]
