"""Distils a drafter from the verifier: `python3 -m training.drafter --help`. One process, one GPU.

It resumes from WORK/drafter-NAME.state.pt with the time that is left of its seconds.
"""

import argparse
import dataclasses
import json
import os
import pathlib
import time

import numpy as np
import torch

from . import selective_scan
from .agreement import agreement
from .configuration import MambaConfiguration
from .distillation import AlignedRows, losses
from .encoding import read_tokens
from .export import export
from .fusion import plain
from .mamba import Mamba, by_id, reset
from .muon import Optimizer
from .processes import Group
from .quantization import round_weights
from .runlog import RunLog
from .sampling import LIKELIEST, PROMPT, load_verifier, temperatures
from .schedule import rate_factor
from .verifier import chosen_variant
from .vocabulary import VocabularyTrie, first_bytes, token_bytes

COUNTED = 4096  # rows that the table of first bytes is counted on
SAVE_SECONDS = 60
COLDEST = 0.25  # greedy rows are compared at this temperature, where a gradient is left


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--tokenizers", type=pathlib.Path, required=True)
    parser.add_argument("--seconds", type=float, required=True, help="of training")
    parser.add_argument("--shape", type=MambaConfiguration.parse, default="8192x256x2")
    parser.add_argument("--name", help="of the result; default: the shape")
    parser.add_argument("--rows", type=int, default=64, help="of a batch")
    parser.add_argument("--prompt", type=int, default=PROMPT, help="real bytes of a row")
    parser.add_argument("--books", type=float, default=0.1, help="share of real rows")
    parser.add_argument("--carried", type=float, default=0.25,
                        help="share of rows read on from another row's state")
    parser.add_argument("--hard", type=float, default=0.3, help="weight of the token loss")
    parser.add_argument("--soft", type=float, default=1.0, help="weight of KL(p, q) by byte")
    parser.add_argument("--soft-end", type=float, default=0.3, help="the same at the end")
    parser.add_argument("--accept", type=float, default=1.0,
                        help="weight of the loss on acceptance, reached at the end")
    parser.add_argument("--reach", type=int, default=16,
                        help="longest draft in bytes by which acceptance is weighted; 0: "
                             "1 - sum of min(p, q) at temperature 1, every byte alike")
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--muon-rate", type=float, default=0.02)
    parser.add_argument("--variant", type=int)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    options.name = options.name or options.shape.name
    return options


class Rows:
    """All rows of a folder whose files begin with a prefix, on a device: tokens [n, T] (places),
    offsets [n], the verifier's likeliest bytes and their shares [n, width, K], temperatures [n]."""

    def __init__(self, work, vocabulary, prefix, trie, device):
        folder = work / "tokens" / str(vocabulary)
        names = [path.name for path in sorted(folder.glob(f"{prefix}-*.npy"))]
        shapes = [np.load(work / "shares" / name, mmap_mode="r").shape for name in names]
        self.count = sum(shape[0] for shape in shapes)
        self.device = device
        if not self.count:
            return
        width = shapes[0][1]
        self.likeliest = torch.empty(
            self.count, width, LIKELIEST, dtype=torch.uint8, device=device)
        self.shares = torch.empty(self.likeliest.shape, dtype=torch.float16, device=device)
        self.temperature = torch.ones(self.count, device=device)
        tokens, offsets, at = [], [], 0
        for name, shape in zip(names, shapes):
            part = slice(at, at + shape[0])
            self.likeliest[part] = torch.from_numpy(np.load(work / "likeliest" / name)).to(device)
            self.shares[part] = torch.from_numpy(np.load(work / "shares" / name)).to(device)
            if prefix == "samples":
                self.temperature[part] = temperatures(shape[0]).clamp(min=COLDEST).to(device)
            ids, offset = read_tokens(folder / name)
            tokens.append(torch.from_numpy(ids).to(device))
            offsets.append(torch.from_numpy(offset).to(device))
            at += shape[0]
        ids = torch.cat(tokens)
        self.tokens = torch.where(ids >= 0, trie.inverse[ids.clamp(min=0)].int(), ids)
        self.offset = torch.cat(offsets)

    def __len__(self):
        return self.count

    def draw(self, count):
        index = torch.randint(self.count, (count,), device=self.device)
        return (self.tokens[index].long(), self.offset[index], self.shares[index].float(),
                self.likeliest[index].long(), self.temperature[index])


def inputs(tokens):
    """Tokens to feed: where a row has ended it begins again, so that its state stays that of
    text."""
    length = (tokens >= 0).sum(1, keepdim=True).clamp(min=1)
    index = torch.arange(tokens.shape[1], device=tokens.device)[None] % length
    return tokens.gather(1, index).clamp(min=0)


class Distillation:
    """The model's tokens are places of the sorted vocabulary until it is exported."""

    def __init__(self, options, device, log):
        self.options, self.device, self.log = options, device, log
        torch.manual_seed(options.seed)
        vocabulary = options.shape.vocabulary
        self.tokenizer = options.tokenizers / f"tokenizer-{vocabulary}.json"
        self.trie = VocabularyTrie(token_bytes(self.tokenizer)).to(device)
        if len(self.trie.tokens) > vocabulary:
            raise ValueError(
                f"{self.tokenizer}: {len(self.trie.tokens)} tokens do not fit the shape's "
                f"{vocabulary}")
        # Of little text a tokenizer makes fewer tokens than were asked for.
        shape = dataclasses.replace(options.shape, vocabulary=len(self.trie.tokens))
        self.model = Mamba(shape).to(device)
        self.optimizer = Optimizer(self.model, "muon", options.rate, options.muon_rate)
        self.samples, self.books = (
            Rows(options.work, vocabulary, prefix, self.trie, device)
            for prefix in ("samples", "books"))
        if not len(self.samples):
            raise FileNotFoundError(
                f"{options.work}: no written rows with tokens of {vocabulary}; was encoding run?")
        self.follow = first_bytes(self.trie, self.samples.draw(COUNTED)[0])
        self.width = self.samples.shares.shape[1]
        self.step, self.bytes, self.spent, self.saved = 0, 0, 0.0, 0.0
        self.checkpoint = options.work / f"drafter-{options.name}.state.pt"
        self.resume()

    def resume(self):
        if not self.checkpoint.exists():
            return
        saved = torch.load(self.checkpoint, map_location=self.device)
        self.model.load_state_dict(saved["model"])
        self.optimizer.load(saved["optimizer"])
        self.step, self.bytes, self.spent = saved["step"], saved["bytes"], saved["spent"]
        self.saved = self.spent
        torch.manual_seed(self.options.seed + self.step)
        self.log("resumed", step=self.step, spent=self.spent)

    def save(self):
        partial = self.checkpoint.with_suffix(".part")
        torch.save({"model": self.model.state_dict(), "optimizer": self.optimizer.state(),
                    "step": self.step, "bytes": self.bytes, "spent": self.spent}, partial)
        os.replace(partial, self.checkpoint)
        self.saved = self.spent

    @property
    def share(self):
        """Of the time that is gone."""
        return self.spent / self.options.seconds

    def batch(self):
        rows = self.options.rows
        books = round(rows * self.options.books) if len(self.books) else 0
        parts = [self.samples.draw(rows - books)] + ([self.books.draw(books)] if books else [])
        return [torch.cat(values) for values in zip(*parts)]

    def one_step(self, state):
        options = self.options
        tokens, offset, p, values, temperature = self.batch()
        aligned = AlignedRows(self.trie, tokens, offset, self.width)
        fresh = torch.rand(options.rows, device=self.device) >= options.carried
        logits, state = self.model(inputs(tokens)[:, :-1], reset(state, fresh))
        if not options.reach:
            temperature = torch.ones_like(temperature)
        hard, soft, refused, overlap = losses(
            self.trie, self.follow, logits.flatten(0, 1), aligned, p, values, temperature,
            options.reach)
        share = min(1.0, self.share)
        weight = options.soft + share * (options.soft_end - options.soft)
        loss = options.hard * hard + weight * soft + options.accept * share * refused
        loss.backward()
        self.optimizer.step(rate_factor(self.step, share, 100, 0.5))
        self.step += 1
        self.bytes += options.rows * self.width
        found = torch.stack([hard, soft, refused, overlap]).detach()
        return found, [(tail.detach(), scan.detach()) for tail, scan in state]

    def run(self):
        state = self.model.initial_state(self.options.rows)
        found, began = [], None
        while self.share < 1:
            values, state = self.one_step(state)
            found.append(values)
            now = time.time()
            if self.step % 10 and began is not None:
                continue
            hard, soft, refused, overlap = torch.stack(found).mean(0).tolist()
            found = []
            now = time.time()
            # The first step compiles, which is no training.
            self.spent += now - began if began else 0.0
            began = now
            if self.step % 50 == 0 or self.share >= 1:
                self.log("step", step=self.step, share=self.share, loss=hard, divergence=soft,
                         refused=refused, overlap=overlap, megabytes=self.bytes / 1e6)
            if self.spent > self.saved + SAVE_SECONDS:
                self.save()
        return self.model

    def measure(self):
        """Agreement with the weights that int8 leaves."""
        verifier = load_verifier(self.options.work / "verifier.int8.pt", self.device)
        result = {}
        for kind in ("sampled", "greedy"):
            path = self.options.work / f"agreement-{kind}.npy"
            if path.exists():
                with plain():
                    result[kind] = agreement(
                        self.model, verifier, self.trie, self.follow, self.tokenizer,
                        np.load(path), self.options.prompt)
        return result


def main():
    options = arguments()
    group = Group()
    name = f"drafter-{options.name}"
    log = RunLog(options.work / "logs", name)
    selective_scan.use(selective_scan.VARIANTS[chosen_variant(options)])
    distillation = Distillation(options, group.device, log)
    log("start", parameters=distillation.model.parameter_count,
        sample_rows=len(distillation.samples), book_rows=len(distillation.books))
    model = distillation.run()
    distillation.save()
    export(by_id(model, distillation.trie), options.work / name, distillation.tokenizer)
    round_weights(model)
    result = {"parameters": model.parameter_count, "steps": distillation.step,
              "megabytes": distillation.bytes / 1e6, "seconds": distillation.spent,
              **distillation.measure()}
    log("agreement", **result)
    (options.work / f"{name}.json").write_text(json.dumps(result, indent=2))
    if group.device.type == "cuda":
        log("memory", gigabytes=torch.cuda.max_memory_allocated() / 1e9)


if __name__ == "__main__":
    main()
