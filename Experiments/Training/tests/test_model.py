import json
import lzma

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from training import export, quantization, sampling
from training.configuration import MambaConfiguration
from training.data import BlockStreams, TextPool, Unpacker
from training.distillation import verifier_distributions
from training.evaluation import bits_by_position, bits_per_byte
from training.mamba import Mamba, reset
from training.muon import Optimizer, orthogonalized
from training.schedule import rate_factor


def tiny(seed=0, vocabulary=256):
    torch.manual_seed(seed)
    return Mamba(MambaConfiguration(vocabulary, 32, 2))


def test_windows_with_carried_state_give_the_logits_of_the_whole():
    model, ids = tiny(), torch.randint(256, (3, 12))
    whole, _ = model(ids)
    first, state = model(ids[:, :5])
    second, _ = model(ids[:, 5:], state)
    assert torch.allclose(torch.cat([first, second], 1), whole, atol=1e-5)


def test_a_fresh_stream_forgets_and_the_others_do_not():
    model, ids = tiny(), torch.randint(256, (2, 6))
    _, state = model(ids)
    reset(state, torch.tensor([True, False]))
    after, _ = model(ids, state)
    alone, _ = model(ids)
    assert torch.allclose(after[0], alone[0], atol=1e-6)
    assert not torch.allclose(after[1], alone[1], atol=1e-3)


def test_the_recurrent_step_gives_the_logits_of_the_window():
    model, ids = tiny().requires_grad_(False), torch.randint(256, (2, 10))
    step = sampling.Stepper(model, 2)
    stepped = torch.stack([step(ids[:, t]) for t in range(10)], 1)
    assert torch.allclose(stepped, model(ids)[0], atol=1e-5)


def test_greedy_rows_hold_the_most_probable_bytes():
    model = tiny().requires_grad_(False)
    rows, likeliest, shares = sampling.Sampler(model, 4).write(
        torch.randint(256, (4, 5), dtype=torch.uint8), 6)
    greedy = rows[3:].long()
    expected = model(greedy)[0].argmax(-1)
    assert torch.equal(greedy[:, 5:], expected[:, 4:-1])
    # With every row go the shares that a window gives.
    share = verifier_distributions(model, rows)
    found = share.gather(2, likeliest.long())[:, 1:]
    assert torch.allclose(found, shares.float()[:, 1:], atol=1e-3)
    assert torch.equal(found.max(-1)[0], share[:, 1:].max(-1)[0])


def test_an_exported_checkpoint_is_what_was_trained(tmp_path):
    model = tiny()
    export.export(model, tmp_path / "one")
    export.export(model, tmp_path / "many", shard=20_000)
    assert len(list((tmp_path / "many").glob("*.safetensors"))) > 1
    one, many = export.load(tmp_path / "one"), export.load(tmp_path / "many")
    for name, tensor in model.state_dict().items():
        kind = torch.float32 if quantization.kept_in_f32(name) else torch.bfloat16
        assert torch.equal(one.state_dict()[name], tensor.to(kind).float())
        assert torch.equal(many.state_dict()[name], one.state_dict()[name])
    index = json.loads((tmp_path / "many" / "model.safetensors.index.json").read_text())
    assert set(index["weight_map"]) == set(model.state_dict())


def test_an_int8_checkpoint_is_read_with_its_scales(tmp_path):
    model = tiny()
    export.export(model, tmp_path)
    tensors = {}
    for name, tensor in load_file(tmp_path / "model.safetensors").items():
        if quantization.is_quantized(name):
            tensors[name], tensors[name + "_scale"] = quantization.quantized(tensor)
        else:
            tensors[name] = tensor
    save_file(tensors, tmp_path / "model.safetensors")
    read = export.load(tmp_path).state_dict()
    for name, tensor in quantization.round_weights(model).state_dict().items():
        assert torch.equal(read[name], tensor)


def test_a_shape_is_read_from_its_name_and_counts_its_weights():
    for name in ("512x32x2", "300x48x1-state32-expand3", "300x48x1-conv8-untied"):
        shape = MambaConfiguration.parse(name)
        assert shape.name == name
        assert shape.parameters == Mamba(shape).parameter_count
        assert MambaConfiguration.from_hugging_face(shape.hugging_face()) == shape
    with pytest.raises(ValueError, match="-state"):
        MambaConfiguration.parse("512x32x2-wide")


def test_rows_are_rounded_to_127_steps_of_their_largest_value():
    matrix = torch.tensor([[1.27, -0.5, 0.004], [0.0, 0.0, 0.0]])
    values, scale = quantization.quantized(matrix)
    assert values.tolist() == [[127, -50, 0], [0, 0, 0]]
    assert torch.allclose(scale, torch.tensor([0.01, 0.0]))


def test_muon_makes_singular_values_nearly_equal():
    singular = torch.linalg.svdvals(orthogonalized(torch.randn(3, 24, 8)))
    assert singular.min() > 0.5 and singular.max() < 1.5


@pytest.mark.parametrize("method", ["muon", "adamw"])
def test_training_lowers_the_loss(method):
    model = tiny()
    optimizer = Optimizer(model, method, 3e-3, 0.02)
    ids = torch.arange(64)[None] % 7 + 65
    losses = []
    for _ in range(20):
        logits, _ = model(ids[:, :-1])
        loss = torch.nn.functional.cross_entropy(logits[0], ids[0, 1:])
        loss.backward()
        optimizer.step(1.0)
        losses.append(loss.item())
    assert losses[-1] < losses[0] / 2


def test_a_gradient_that_is_not_finite_leaves_weights_finite():
    model = tiny()
    optimizer = Optimizer(model, "muon", 1e-3, 0.02)
    optimizer.flat.fill_(float("nan"))
    optimizer.step(1.0)
    assert all(parameter.isfinite().all() for parameter in model.parameters())


def test_the_rate_rises_stays_and_falls_to_zero():
    assert rate_factor(0, 0.0, 10, 0.5) == pytest.approx(0.1)
    assert rate_factor(100, 0.4, 10, 0.5) == 1
    assert rate_factor(100, 0.75, 10, 0.5) == pytest.approx(0.5)
    assert rate_factor(100, 1.2, 10, 0.5) == 0


def test_text_comes_out_of_pieces_of_an_archive_as_they_arrive(tmp_path):
    text = np.random.default_rng(0).integers(0, 256, 50_000, dtype=np.uint8).tobytes()
    packed = lzma.compress(text[:30_000]) + lzma.compress(text[30_000:])
    incoming = tmp_path / "incoming"
    incoming.mkdir()
    unpacker = Unpacker(incoming, tmp_path / "text")
    (incoming / "a.xz.1").write_bytes(packed[20_000:40_000])
    assert unpacker.poll() == []
    (incoming / "a.xz.0").write_bytes(packed[:20_000])
    unpacker.poll()
    (incoming / "a.xz.2").write_bytes(packed[40_000:])
    unpacker.poll()
    parts = sorted((tmp_path / "text").iterdir())
    assert [part.name for part in parts] == ["a.xz.0", "a.xz.1", "a.xz.2"]
    assert b"".join(part.read_bytes() for part in parts) == text
    assert parts[0].stat().st_size > 0


def test_every_block_is_read_once_before_any_is_read_twice(tmp_path):
    (tmp_path / "a").write_bytes(bytes(range(256)) * 4)
    pool = TextPool(tmp_path, "cpu")
    pool.refresh()
    streams = BlockStreams(pool, 1, 16, block=64, seed=3)
    # The block that was begun in the middle is left out.
    windows = ((len(pool.bytes) - 1) // 64 - 1) * 4
    seen = []
    while len(seen) < windows:
        ids, fresh = streams.next()
        assert torch.equal(ids[0, 1:17] - ids[0, :16], ids.new_tensor([1] * 16).where(
            ids[0, :16] != 255, ids.new_tensor(-255)))
        if fresh[0] or seen:
            seen.append(int(streams.at[0]) - 16)
    assert len(set(seen)) == len(seen)


def test_processes_read_different_blocks(tmp_path):
    (tmp_path / "a").write_bytes(bytes(1000))
    pool = TextPool(tmp_path, "cpu")
    pool.refresh()
    blocks = [
        {int(at) // 64 for at in BlockStreams(pool, 5, 16, 64, rank, 2).at} for rank in (0, 1)]
    assert not blocks[0] & blocks[1]


def test_text_that_arrives_late_is_read_next(tmp_path):
    (tmp_path / "a").write_bytes(bytes(641))
    pool = TextPool(tmp_path, "cpu")
    pool.refresh()
    streams = BlockStreams(pool, 1, 64, block=64)
    for _ in range(20):
        streams.next()
    (tmp_path / "b").write_bytes(bytes(640))
    assert pool.refresh()
    streams.refresh()
    late = []
    for _ in range(10):
        streams.next()
        late.append(streams.at[0] - 64 >= 640)
    assert all(late)


def test_bits_per_byte_of_a_model_that_knows_nothing_are_eight():
    model = tiny()
    torch.nn.init.zeros_(model.backbone.embeddings.weight)
    text = torch.randint(256, (4000,), dtype=torch.uint8)
    assert bits_per_byte(model, text, rows=4, window=64) == pytest.approx(8, abs=1e-4)
    by_position = bits_by_position(model, text, rows=2, length=256, window=64)
    assert by_position == pytest.approx([8] * 4, abs=1e-4)
