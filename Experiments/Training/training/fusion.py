"""torch.compile where it works: functions fall back to plain PyTorch where it does not."""

import functools
import os
import sys

import torch

_state = {"enabled": os.environ.get("TRAINING_COMPILE", "1") == "1"}


def enable(on):
    """Whether compiled functions are used from now on; gives what was so before."""
    before, _state["enabled"] = _state["enabled"], on
    return before


class plain:
    """A region without compilation: for shapes that occur once."""

    def __enter__(self):
        self.before = enable(False)

    def __exit__(self, *_):
        enable(self.before)


def fused(function):
    """A function of tensors that is compiled on CUDA, once for every set of shapes."""
    compiled = torch.compile(function, dynamic=False)

    @functools.wraps(function)
    def call(*arguments):
        if not (_state["enabled"] and arguments[0].is_cuda):
            return function(*arguments)
        try:
            return compiled(*arguments)
        except torch.OutOfMemoryError:
            raise
        except Exception as error:  # the compiler's own errors have no common class
            print(f"compiling {function.__name__} failed: {error!r:.500}", file=sys.stderr)
            enable(False)
            return function(*arguments)

    return call
