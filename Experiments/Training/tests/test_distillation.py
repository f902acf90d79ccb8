import numpy as np
import pytest
import torch

from training import agreement, distillation, encoding, tokenizer, vocabulary
from training.configuration import MambaConfiguration
from training.drafter import inputs
from training.mamba import Mamba, by_id

TOKENS = [bytes([b]) for b in range(256)] + [b"th", b"the", b"he", b" the", b"ab", b"abab"]


@pytest.fixture
def trie():
    return vocabulary.VocabularyTrie(TOKENS)


def places(trie, *tokens):
    return [trie.inverse[TOKENS.index(token)].item() for token in tokens]


def aligned(trie, *rows, width=16, offset=0):
    length = max(map(len, rows))
    tokens = torch.tensor([places(trie, *row) + [-1] * (length - len(row)) for row in rows])
    return distillation.AlignedRows(
        trie, tokens, torch.full((len(rows),), offset), width)


def begin(share, prefix, byte):
    """The mass of the tokens [V by id] that go on with a byte after a prefix."""
    return sum(share[i] for i, token in enumerate(TOKENS) if token.startswith(prefix + byte))


def test_a_bytes_share_is_that_of_brute_force(trie):
    torch.manual_seed(0)
    rows = aligned(trie, [b"x", b" the", b"ab"], width=7)
    logits = torch.randn(2, len(TOKENS))  # by place, for the second token and the third
    follow = torch.softmax(torch.randn(len(TOKENS), 256), -1)
    sums, _ = distillation.running_shares(logits, rows.targets)
    values = torch.arange(256).expand(7, 256)
    found = distillation.byte_shares(trie, follow, sums, rows, values)
    second, third = torch.softmax(logits, -1)[:, trie.inverse]
    # The first token's byte and the first byte of the second have no token before them.
    assert rows.known.tolist() == [False, False, True, True, True, True, True]
    for place in range(2, 5):
        prefix = b" the"[:place - 1]
        total = sum(second[i] for i, token in enumerate(TOKENS) if token.startswith(prefix))
        for byte in b"het ax":
            mass = begin(second, prefix, bytes([byte]))
            if prefix in TOKENS:
                mass = mass + second[TOKENS.index(prefix)] * follow[places(trie, prefix)[0], byte]
            assert found[place, byte] == pytest.approx((mass / total).item(), abs=1e-3)
    # The third token's first byte: " the" goes on with it (no token does), or ends.
    for byte in b"abt":
        assert found[5, byte] == pytest.approx(begin(third, b"", bytes([byte])).item(), abs=1e-3)
    assert torch.allclose(found[2:].sum(1), torch.ones(5), atol=2e-3)


def test_a_tokens_first_byte_is_shared_with_the_tokens_that_go_on(trie):
    torch.manual_seed(1)
    rows = aligned(trie, [b"x", b"th", b"e"], width=4)
    logits = torch.randn(2, len(TOKENS))
    follow = torch.full((len(TOKENS), 256), 1 / 256)
    sums, _ = distillation.running_shares(logits, rows.targets)
    values = torch.tensor([[ord("e")]]).expand(4, 1)
    second, third = torch.softmax(logits, -1)[:, trie.inverse]
    ends, goes_on = second[TOKENS.index(b"th")], second[TOKENS.index(b"the")]
    starts = third[ord("e")]
    found = distillation.byte_shares(trie, follow, sums, rows, values)
    expected = (goes_on + ends * starts) / (goes_on + ends)
    assert found[3, 0] == pytest.approx(expected.item(), abs=1e-3)
    apart = distillation.byte_shares(trie, follow, sums, rows, values, joined=False)
    assert apart[3, 0] == pytest.approx(starts.item(), abs=1e-3)


def test_the_gradient_is_that_of_plain_operations(trie):
    torch.manual_seed(1)
    rows = aligned(trie, [b"x", b"the", b"he"], width=6)
    logits = torch.randn(2, len(TOKENS), requires_grad=True)
    follow = torch.softmax(torch.randn(len(TOKENS), 256), -1)
    values = torch.tensor([[ord("h"), ord("e")]]).expand(6, 2)

    def gradient(running):
        sums, cross = running(logits, rows.targets)
        found = distillation.byte_shares(trie, follow, sums, rows, values)[rows.known]
        (found.log().sum() + cross.sum()).backward()
        ours, logits.grad = logits.grad, None
        return ours

    def plain(logits, targets):
        sums = torch.softmax(logits, -1).cumsum(1)
        return sums, torch.nn.functional.cross_entropy(logits, targets, reduction="none")

    assert torch.allclose(
        gradient(distillation.running_shares), gradient(plain), atol=1e-4)


def test_first_bytes_are_counted_and_rare_tokens_lean_on_their_last_byte(trie):
    rows = torch.tensor([places(trie, b"the", b" ", b"a") + [-1]] * 50)
    follow = vocabulary.first_bytes(trie, rows)
    the, he = places(trie, b"the", b"he")
    assert follow[the, ord(" ")] > 0.9
    assert follow[he, ord(" ")] > 0.9
    assert torch.allclose(follow.sum(1), torch.ones(len(TOKENS)), atol=1e-5)


def test_rows_are_aligned_byte_by_byte(trie):
    rows = aligned(trie, [b"x", b" the", b"ab"], [b" the", b"y"], width=10, offset=1)
    known, root, at, begins = (
        value.view(2, 10).tolist() for value in (rows.known, rows.root, rows.at, rows.begins))
    # A byte before the tokens, "x", " the" but for its first byte, "ab", and nothing.
    assert known == [[False] * 3 + [True] * 5 + [False] * 2, [False] * 10]
    assert root[0][3:8] == [0, 0, 0, 1, 1]
    assert at[0][3:8] == [0, 0, 0, 0, 1]
    assert begins[0][3:8] == [False, False, False, True, False]
    assert rows.counted.tolist() == [True, True, True, False]


def test_an_ended_row_begins_again():
    tokens = torch.tensor([[5, 6, 7, -1, -1], [1, -1, -1, -1, -1]])
    assert inputs(tokens).tolist() == [[5, 6, 7, 5, 6], [1, 1, 1, 1, 1]]


def test_equal_distributions_always_match_and_disjoint_ones_never():
    p = torch.softmax(torch.randn(500, 256), -1)
    assert agreement.match_rate(p, p) == 1
    left, right = torch.zeros(50, 256), torch.zeros(50, 256)
    left[:, :128] = right[:, 128:] = 1 / 128
    assert agreement.match_rate(left, right) == 0


@pytest.mark.parametrize("reach", [0, 4])
def test_the_losses_vanish_when_the_drafter_gives_the_verifiers_distribution(trie, reach):
    torch.manual_seed(0)
    rows = aligned(trie, [b"the", b" ", b"abab"], width=8)
    logits = torch.randn(2, len(TOKENS))
    follow = torch.full((len(TOKENS), 256), 1 / 256)
    sums, _ = distillation.running_shares(logits, rows.targets)
    values = torch.arange(256).expand(8, 256)
    q = distillation.byte_shares(trie, follow, sums, rows, values).view(1, 8, 256)
    q = q / q.sum(-1, keepdim=True)
    values = values.view(1, 8, 256)
    temperature = torch.tensor([0.7])
    _, divergence, refused, overlap = distillation.losses(
        trie, follow, logits, rows, q, values, temperature, reach)
    assert divergence.abs() < 1e-3 and refused.abs() < 1e-3 and overlap > 0.999
    other = torch.softmax(torch.randn(q.shape), -1)
    _, divergence, refused, _ = distillation.losses(
        trie, follow, logits, rows, other, values, temperature, reach)
    assert divergence > 0.1 and refused > 0.1


def test_a_byte_weighs_as_much_as_the_length_of_drafts_hangs_on_it():
    chances = torch.tensor([[0.9, 0.5, 0.8, 0.7, 0.95]], dtype=torch.float64, requires_grad=True)
    reach, width = 3, 5
    # The length of every draft that begins inside and goes on for `reach` bytes on either side.
    gain = 0
    for start in range(width):
        for end in range(start, width):
            gain = gain + chances[0, start:end + 1].prod()
    (gradient,) = torch.autograd.grad(gain, chances)
    found = distillation.reached(chances.detach(), width)
    expected = gradient * chances
    assert torch.allclose(found, expected / expected.mean(), atol=1e-6)
    short = distillation.reached(chances.detach(), reach)
    assert short.mean() == pytest.approx(1)


def test_a_model_of_places_is_exported_by_id(trie):
    torch.manual_seed(0)
    for tied in (True, False):
        model = Mamba(MambaConfiguration(len(TOKENS), 16, 1, tied=tied))
        ids = torch.tensor([[TOKENS.index(b"the"), ord("x"), TOKENS.index(b"abab")]])
        ours, _ = model(trie.inverse[ids])
        theirs, _ = by_id(model, trie)(ids)
        assert torch.allclose(theirs, ours[:, :, trie.inverse], atol=1e-6)


def test_tokens_spell_the_text_and_agreement_is_measured(tmp_path):
    path = tmp_path / "tokenizer-300.json"
    text = "the cat and the hat and the bat, said the cat; " * 40
    tokenizer.train([text], 300, path)
    tokens = vocabulary.token_bytes(path)
    rows = np.frombuffer(text.encode()[:600], dtype=np.uint8).reshape(6, 100)
    ids, offset = encoding.encode(path, rows)
    assert not offset.any()
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


def test_rows_that_begin_or_end_within_a_character_are_encoded_where_they_are_text(tmp_path):
    path = tmp_path / "tokenizer.json"
    tokenizer.train(["a é b " * 50], 260, path)
    text = "é a é".encode()
    rows = np.stack([np.frombuffer(text[i:i + 5], dtype=np.uint8) for i in (0, 1)])
    rows[0, 4] = 0xC3
    ids, offset = encoding.encode(path, rows)
    tokens = vocabulary.token_bytes(path)
    spelled = [b"".join(tokens[i] for i in row) for row in ids]
    assert offset.tolist() == [0, 1]
    assert spelled == ["é a".encode(), b" a "]


def test_rows_are_padded_and_cut():
    assert encoding.padded([[1, 2], [1, 2, 3, 4]], 3).tolist() == [[1, 2, -1], [1, 2, 3]]
