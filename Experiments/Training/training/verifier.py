"""Trains the verifier: one process a GPU, `python3 -m training.verifier --help`."""

import argparse
import json
import math
import os
import pathlib
import time

import torch
import torch.nn.functional as F

from . import selective_scan
from .configuration import MambaConfiguration
from .data import BlockStreams, TextPool, read_bytes
from .evaluation import bits_by_position, bits_per_byte
from .export import export
from .fusion import fused
from .mamba import Mamba, reset
from .muon import Optimizer
from .processes import Group
from .quantization import round_weights
from .runlog import RunLog
from .sampling import save_verifier
from .schedule import rate_factor

SYNC = 10  # steps between two looks at the clock


@fused
def _loss(logits, targets):
    return F.cross_entropy(logits.float().flatten(0, 1), targets.flatten())


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--name", default="verifier", help="of the checkpoint and the log")
    parser.add_argument("--until", type=float, required=True, help="seconds since 1970")
    parser.add_argument("--shape", type=MambaConfiguration.parse, default="256x512x16")
    parser.add_argument("--sequences", type=int, default=48, help="of one process")
    parser.add_argument("--window", type=int, default=2048)
    parser.add_argument("--block", type=int, default=1 << 16)
    parser.add_argument("--method", choices=["muon", "adamw"], default="muon")
    parser.add_argument("--rate", type=float, default=2e-3, help="of AdamW")
    parser.add_argument("--muon-rate", type=float, default=0.02)
    parser.add_argument("--warmup", type=int, default=150, help="steps")
    parser.add_argument("--decay-from", type=float, default=0.55, help="share of the time")
    parser.add_argument("--variant", type=int, help="of the scan kernel; default: as tuned")
    parser.add_argument("--trial", action="store_true", help="no final evaluation, no export")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def chosen_variant(options):
    tuned = options.work / "variant.json"
    if options.variant is not None:
        return options.variant
    return json.loads(tuned.read_text())["variant"] if tuned.exists() else 0


class Training:
    def __init__(self, options, group, log):
        self.options, self.group, self.log = options, group, log
        torch.manual_seed(options.seed)
        self.model = Mamba(options.shape).to(group.device)
        self.optimizer = Optimizer(
            self.model, options.method, options.rate, options.muon_rate)
        self.pool = TextPool(options.work / "text", group.device)
        self.pool.refresh()
        self.step = self.seen = 0
        self.share = 0.0
        self.origin = None
        self.checkpoint = options.work / f"{options.name}.state.pt"
        self.resume()
        # A resumed run reads on with other blocks than it began with.
        self.streams = BlockStreams(
            self.pool, options.sequences, options.window, options.block,
            group.rank, group.world, options.seed + self.step)

    def resume(self):
        if self.options.trial or not self.checkpoint.exists():
            return
        saved = torch.load(self.checkpoint, map_location=self.group.device)
        self.model.load_state_dict(saved["model"])
        self.optimizer.load(saved["optimizer"])
        self.step, self.seen, self.origin = saved["step"], saved["seen"], saved["origin"]
        self.log("resumed", step=self.step, megabytes=self.seen / 1e6)

    def save(self):
        if self.options.trial or not self.group.leads:
            return
        partial = self.checkpoint.with_suffix(".part")
        torch.save(
            {"model": self.model.state_dict(), "optimizer": self.optimizer.state(),
             "step": self.step, "seen": self.seen, "origin": self.origin}, partial)
        os.replace(partial, self.checkpoint)

    def one_step(self, state):
        ids, fresh = self.streams.next()
        reset(state, fresh)
        logits, state = self.model(ids[:, :-1], state)
        loss = _loss(logits, ids[:, 1:])
        loss.backward()
        self.group.average(self.optimizer.flat)
        self.optimizer.step(rate_factor(
            self.step, self.share, self.options.warmup, self.options.decay_from))
        self.step += 1
        self.seen += ids[:, 1:].numel() * self.group.world
        return loss.detach(), [(tail.detach(), scan.detach()) for tail, scan in state]

    def look_at_clock(self):
        now = time.time()
        if self.origin is None:
            # Compilation is over: the rate follows the time that is left.
            self.origin = now
        span = max(self.options.until - self.origin, 1e-3)
        self.share = self.group.agree((now - self.origin) / span)

    def run(self, valid):
        state = self.model.initial_state(self.options.sequences)
        losses, marks = [], 0
        began, before = None, 0
        while self.share < 1:
            loss, state = self.one_step(state)
            losses.append(loss)
            if self.step % SYNC:
                continue
            value = torch.stack(losses[-SYNC:]).mean().item()
            losses = []
            self.look_at_clock()
            now = time.time()
            rate = (self.seen - before) / (now - began) / 1e6 if began else 0.0
            self.log(
                "step", step=self.step, share=self.share, loss=value,
                bits=value / math.log(2), megabytes=self.seen / 1e6, megabytes_a_second=rate)
            if self.pool.refresh():
                self.streams.refresh()
                self.log("text", megabytes=len(self.pool.bytes) / 1e6)
            if int(self.share * 12) > marks and not self.options.trial:
                marks = int(self.share * 12)
                self.validate(valid)
                if marks % 2 == 0:
                    self.save()
            began, before = time.time(), self.seen
        return self.model

    def validate(self, valid):
        bits = bits_per_byte(
            self.model, valid, self.group, rows=12 * self.group.world, limit=1 << 20,
            activations=None, window=self.options.window)
        self.log("validation", step=self.step, megabytes=self.seen / 1e6, bits=bits)


def evaluate(model, work, group, log, name, by_position=False):
    """Bits per byte on the texts that were never trained on, and by position in the last one."""
    result = {}
    for text in ("valid", "test"):
        path = work / "held-out" / f"{text}.txt"
        if path.exists():
            held_out = read_bytes(path).to(group.device)
            result[text] = bits_per_byte(model, held_out, group)
            if by_position and text == "test":
                result["test_by_position"] = bits_by_position(model, held_out, group)
    log(name, **result)
    return result


def finish(training):
    """Writes the checkpoint, then makes the weights those of int8 and writes them too."""
    options, group, log = training.options, training.group, training.log
    model = training.model
    training.save()
    if group.leads:
        export(model, options.work / options.name)
    result = {"megabytes": training.seen / 1e6, "steps": training.step}
    result["bf16"] = evaluate(model, options.work, group, log, "evaluation")
    round_weights(model)
    if group.leads:
        save_verifier(model, options.work / f"{options.name}.int8.pt")
    result["int8"] = evaluate(model, options.work, group, log, "evaluation with int8 weights", True)
    if group.leads:
        (options.work / f"{options.name}.json").write_text(json.dumps(result, indent=2))


def main():
    options = arguments()
    group = Group()
    log = RunLog(options.work / "logs", options.name, quiet=not group.leads)
    index = chosen_variant(options)
    selective_scan.use(selective_scan.VARIANTS[index])
    training = Training(options, group, log)
    log("start", shape=options.shape.name, parameters=training.model.parameter_count,
        processes=group.world, variant=index, method=options.method,
        muon_rate=options.muon_rate, rate=options.rate,
        megabytes=len(training.pool.bytes) / 1e6)
    valid_path = options.work / "held-out" / "valid.txt"
    valid = read_bytes(valid_path).to(group.device)
    training.run(valid)
    if options.trial:
        training.validate(valid)
    else:
        finish(training)
    if group.device.type == "cuda":
        log("memory", gigabytes=torch.cuda.max_memory_allocated() / 1e9)
    group.close()


if __name__ == "__main__":
    main()
