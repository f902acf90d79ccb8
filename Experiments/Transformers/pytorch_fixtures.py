"""Writes the small files of Tests/CheckpointTests/Fixtures/pytorch.

usage: pytorch_fixtures.py FOLDER
"""

import collections
import pathlib
import sys

import torch
from torch.utils.serialization import config

folder = pathlib.Path(sys.argv[1])
base = torch.arange(24, dtype=torch.float32)
state = collections.OrderedDict(
    transposed=base.view(4, 6).t(),
    vector=base[3:9],
    columns=base.view(4, 6)[:, 1:3],
    permuted=base.view(2, 3, 4).permute(2, 0, 1),
    parameter=torch.nn.Parameter(torch.ones(2, 2, dtype=torch.bfloat16)),
    expanded=torch.full((1,), 2.0).expand(5),
    integers=torch.arange(3),
    empty=torch.zeros(0, 4),
    scalar=torch.tensor(7.0),
    number=3,
)
torch.manual_seed(0)
linear = torch.nn.Linear(2, 2)
optimizer = {"param_groups": [{"lr": 0.1, "params": [0, 1]}], "state": {}}

torch.save(state, folder / "views.bin")
torch.save(state, folder / "protocol4.bin", pickle_protocol=4)
torch.save(state, folder / "legacy.bin", _use_new_zipfile_serialization=False)
torch.save(linear.state_dict(), folder / "linear.bin")
torch.save(
    {"step": 5, "model": linear.state_dict(), "optimizer": optimizer}, folder / "nested.bin"
)
torch.save(linear, folder / "module.bin")
torch.save({"a": torch.ones(2, dtype=torch.complex64)}, folder / "complex.bin")
torch.save({"a": torch.ones(2).to(torch.float8_e4m3fn)}, folder / "float8.bin")
torch.jit.script(linear).save(str(folder / "script.bin"))
config.save.compute_crc32 = False
torch.save(state, folder / "unchecked.bin")
