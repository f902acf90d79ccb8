"""Distils a drafter from the verifier: `python3 -m training.drafter --help`. One process, one GPU."""

import argparse
import json
import pathlib
import time

import numpy as np
import torch

from . import selective_scan
from .agreement import agreement
from .configuration import MambaConfiguration
from .distillation import AlignedRows, losses, verifier_distributions
from .encoding import PAD
from .export import export
from .fusion import plain
from .mamba import Mamba, reset
from .muon import Optimizer
from .processes import Group
from .quantization import round_weights
from .runlog import RunLog
from .sampling import PROMPT, load_verifier
from .schedule import rate_factor
from .verifier import chosen_variant
from .vocabulary import VocabularyTrie, first_bytes, token_bytes


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--tokenizers", type=pathlib.Path, required=True)
    parser.add_argument("--until", type=float, required=True, help="seconds since 1970")
    parser.add_argument("--shape", type=MambaConfiguration.parse, default="16384x256x4")
    parser.add_argument("--verifier-shape", type=MambaConfiguration.parse, default="256x512x16")
    parser.add_argument("--rows", type=int, default=64, help="of a batch")
    parser.add_argument("--width", type=int, default=1216, help="bytes of a row")
    parser.add_argument("--prompt", type=int, default=PROMPT, help="real bytes of a row")
    parser.add_argument("--books", type=float, default=0.25, help="share of real rows")
    parser.add_argument("--carried", type=float, default=0.25,
                        help="share of rows read on from another row's state")
    parser.add_argument("--hard", type=float, default=0.3, help="weight of the token loss")
    parser.add_argument("--soft", type=float, default=1.0, help="weight of KL(p, q) by byte")
    parser.add_argument("--overlap", type=float, default=1.0,
                        help="weight of 1 - sum of min(p, q), reached at the end")
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--muon-rate", type=float, default=0.02)
    parser.add_argument("--variant", type=int)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


class TokenRows:
    """The encoded rows of a folder whose files begin with a prefix; grows while files arrive."""

    def __init__(self, folder, prefix, device):
        self.folder, self.prefix, self.device = folder, prefix, device
        self.names, self.parts = set(), []
        self.refresh()

    def refresh(self):
        fresh = [
            path for path in sorted(self.folder.glob(f"{self.prefix}-*.npy"))
            if path.name not in self.names
        ]
        for path in fresh:
            self.names.add(path.name)
            self.parts.append(torch.from_numpy(np.load(path).astype(np.int32)).to(self.device))
        if fresh:
            self.parts = [torch.cat(self.parts)]

    def __len__(self):
        return len(self.parts[0]) if self.parts else 0

    def draw(self, count):
        index = torch.randint(len(self), (count,), device=self.device)
        tokens = self.parts[0][index].long()
        return torch.where(tokens == PAD, torch.full_like(tokens, -1), tokens)


def inputs(tokens):
    """Tokens to feed: where a row has ended it begins again, so that its state stays that of
    text."""
    length = (tokens >= 0).sum(1, keepdim=True).clamp(min=1)
    index = torch.arange(tokens.shape[1], device=tokens.device)[None] % length
    return tokens.gather(1, index).clamp(min=0)


class Distillation:
    def __init__(self, options, device, log):
        self.options, self.device, self.log = options, device, log
        torch.manual_seed(options.seed)
        tokenizer = options.tokenizers / f"tokenizer-{options.shape.vocabulary}.json"
        self.tokenizer = tokenizer
        self.trie = VocabularyTrie(token_bytes(tokenizer)).to(device)
        self.verifier = load_verifier(
            options.work / "verifier.int8.pt", options.verifier_shape, device)
        self.model = Mamba(options.shape).to(device)
        self.optimizer = Optimizer(self.model, "muon", options.rate, options.muon_rate)
        folder = options.work / "tokens" / str(options.shape.vocabulary)
        self.samples = TokenRows(folder, "samples", device)
        self.books = TokenRows(folder, "books", device)
        self.wait_for_rows()
        counted = [rows.draw(min(len(rows), 4096)) for rows in (self.samples, self.books)
                   if len(rows)]
        self.follow = first_bytes(self.trie, torch.cat(counted))
        self.step, self.bytes, self.share, self.origin = 0, 0, 0.0, None

    def wait_for_rows(self):
        while not (len(self.samples) or len(self.books)):
            if time.time() > self.options.until:
                raise TimeoutError(f"no rows in {self.samples.folder}; was encoding run?")
            time.sleep(0.5)
            self.samples.refresh()
            self.books.refresh()

    def batch(self):
        books = round(self.options.rows * self.options.books)
        if not len(self.samples):
            books = self.options.rows
        elif not len(self.books):
            books = 0
        parts = []
        if books < self.options.rows:
            parts.append(self.samples.draw(self.options.rows - books))
        if books:
            parts.append(self.books.draw(books))
        return torch.cat(parts)

    def one_step(self, state):
        options = self.options
        tokens = self.batch()
        aligned = AlignedRows(self.trie, tokens, options.width)
        fresh = torch.rand(options.rows, device=self.device) >= options.carried
        logits, state = self.model(inputs(tokens)[:, :-1], reset(state, fresh))
        p = verifier_distributions(self.verifier, aligned)
        hard, soft, variation = losses(
            self.trie, self.follow, logits[aligned.valid], aligned, p)
        loss = options.hard * hard + options.soft * soft + options.overlap * self.share * variation
        loss.backward()
        self.optimizer.step(rate_factor(self.step, self.share, 100, 0.5))
        self.step += 1
        self.bytes += len(aligned.of)
        by_byte = len(aligned.targets) / max(1, len(aligned.of))
        found = torch.stack([hard, soft * by_byte, variation * by_byte]).detach()
        return found, [(tail.detach(), scan.detach()) for tail, scan in state]

    def run(self):
        state = self.model.initial_state(self.options.rows)
        found = []
        while self.share < 1:
            values, state = self.one_step(state)
            found.append(values)
            if self.step % 10 and self.origin is not None:
                now = time.time()
                self.share = (now - self.origin) / max(self.options.until - self.origin, 1e-3)
                continue
            hard, soft, variation = torch.stack(found).mean(0).tolist()
            found = []
            now = time.time()
            self.origin = self.origin or now
            self.share = (now - self.origin) / max(self.options.until - self.origin, 1e-3)
            self.samples.refresh()
            self.books.refresh()
            self.log("step", step=self.step, share=self.share, loss=hard, divergence=soft,
                     overlap=1 - variation, megabytes=self.bytes / 1e6,
                     sample_rows=len(self.samples), book_rows=len(self.books))
        return self.model

    def measure(self):
        """Agreement with the weights that int8 leaves."""
        result = {}
        for kind in ("sampled", "greedy"):
            path = self.options.work / f"agreement-{kind}.npy"
            if path.exists():
                with plain():
                    result[kind] = agreement(
                        self.model, self.verifier, self.trie, self.follow, self.tokenizer,
                        np.load(path), self.options.prompt)
        return result


def main():
    options = arguments()
    group = Group()
    name = f"drafter-{options.shape.name}"
    log = RunLog(options.work / "logs", name)
    selective_scan.use(selective_scan.VARIANTS[chosen_variant(options)])
    distillation = Distillation(options, group.device, log)
    log("start", parameters=distillation.model.parameter_count,
        sample_rows=len(distillation.samples), book_rows=len(distillation.books))
    model = distillation.run()
    export(model, options.work / name, distillation.tokenizer)
    round_weights(model)
    result = {"parameters": model.parameter_count, "steps": distillation.step,
              "megabytes": distillation.bytes / 1e6, **distillation.measure()}
    log("agreement", **result)
    (options.work / f"{name}.json").write_text(json.dumps(result, indent=2))
    if group.device.type == "cuda":
        log("memory", gigabytes=torch.cuda.max_memory_allocated() / 1e9)


if __name__ == "__main__":
    main()
