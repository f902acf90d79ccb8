"""The stages that distilling from a verifier takes, for `training.distil` and `training.pair`.

Each leaves its result in the work folder, and one whose result is there is not run again.
"""

import json
import lzma
import pathlib
import shutil
import time

from . import curves, shakedown, tokenizer
from .configuration import MambaConfiguration
from .data import Unpacker, pieces
from .runlog import RunLog
from .selective_scan import VARIANTS
from .workers import Machine, wait

START_SECONDS = 20  # of a stage's processes
FINAL_SECONDS = 45  # export and measurement of the drafters
TOKENIZER_TEXT = 40 << 20
STATE_BYTES = 20 << 30  # of all rows that are written at once on a GPU


def add_options(parser):
    """Those that both commands have."""
    parser.add_argument("--work", type=pathlib.Path, help="where everything is written")
    parser.add_argument("--text", type=pathlib.Path,
                        help="text to take prompts from: a file, or a folder of them; plain or xz")
    parser.add_argument("--test", type=pathlib.Path,
                        help="text for the last measurement, plain or xz")
    parser.add_argument("--tokenizers", type=pathlib.Path,
                        help="folder with tokenizer-VOCABULARY.json; those missing are trained")
    parser.add_argument("--sampling-seconds", type=float)
    parser.add_argument("--drafter-seconds", type=float, help="of training, each drafter")
    parser.add_argument("--sampling-rows", type=int,
                        help="written at once, a GPU; default: by the verifier's size")
    parser.add_argument("--prompt", type=int, default=192)
    parser.add_argument("--written", type=int, default=1024)
    parser.add_argument("--drafter-rows", type=int, default=64, help="of a batch")
    parser.add_argument("--book-rows", type=int,
                        help="rows of text alone; default: four times those written at once")
    parser.add_argument("--drafters-a-gpu", type=int, default=1)
    parser.add_argument("--variant", type=int, choices=range(len(VARIANTS)),
                        help="of the scan kernel, instead of trying all")
    parser.add_argument("--smoke", action="store_true",
                        help="everything tiny, on this repository's own files, in two minutes")


def smoke_sizes(options, name):
    """Sizes that a CPU goes through in a minute or two, and text."""
    options.work = options.work or pathlib.Path(f"/tmp/{name}-smoke")
    shutil.rmtree(options.work, ignore_errors=True)
    options.text = options.work / "given"
    options.text.mkdir(parents=True)
    root = pathlib.Path(__file__).resolve().parents[3]
    words = b"\n".join(path.read_bytes() for path in sorted(root.rglob("Sources/**/*.swift")))
    options.test = options.work / "test-given.txt"
    options.test.write_bytes(words[:6000])
    (options.text / "sources.txt").write_bytes(words[6000:400_000])
    options.sampling_seconds = options.sampling_seconds or 12
    options.drafter_seconds = options.drafter_seconds or 20
    options.sampling_rows, options.prompt, options.written = 32, 32, 64
    options.drafter_rows, options.book_rows = 8, 32


class Drafter:
    """One to distil: "SHAPE", or "SHAPE OPTIONS" with options of `training.drafter`."""

    def __init__(self, text):
        shape, *self.options = text.split()
        self.shape = MambaConfiguration.parse(shape)
        named = "--name" in self.options
        self.name = self.options[self.options.index("--name") + 1] if named else self.shape.name


class Stages:
    def __init__(self, options, name):
        import torch

        self.options = options
        self.work = options.work.resolve()
        self.work.mkdir(parents=True, exist_ok=True)
        self.log = RunLog(self.work / "logs", name)
        self.machine = Machine(torch.cuda.device_count(), self.work)
        self.began = time.time()
        # A CPU that others use may be late by much; a GPU that is late has failed.
        self.slack = 60 if self.machine.gpus else 300
        self.tokenizers = (options.tokenizers or self.work / "tokenizers").resolve()
        self.verifier_shape, self.drafters = None, []
        self.encoder = None

    def hold_out(self, **texts):
        """Texts that are only measured on, as WORK/held-out/NAME.txt."""
        folder = self.work / "held-out"
        folder.mkdir(exist_ok=True)
        for name, path in texts.items():
            if path:
                data = path.read_bytes()
                data = lzma.decompress(data) if path.suffix == ".xz" else data
                (folder / f"{name}.txt").write_bytes(data)

    def unpack(self):
        """All text that is there. Without one to test on, the end of the last piece is that."""
        text = self.work / "text"
        if (self.work / "text.json").exists():
            return
        names = Unpacker(self.options.text, text).poll()
        test = self.work / "held-out" / "test.txt"
        if names and not self.options.test:
            last = pieces(text)[-1]
            data = last.read_bytes()
            count = min(2 << 20, len(data) // 10)
            test.parent.mkdir(exist_ok=True)
            test.write_bytes(data[len(data) - count:])
            last.write_bytes(data[:len(data) - count])
        size = sum(path.stat().st_size for path in pieces(text))
        least = 2 * (self.options.prompt + self.options.written)
        if size < least:
            raise SystemExit(f"{self.options.text}: {size} bytes of text, at least {least} needed")
        (self.work / "text.json").write_text(json.dumps({"bytes": size}))
        self.log("text", megabytes=size / 1e6)

    def make_tokenizers(self):
        self.tokenizers.mkdir(parents=True, exist_ok=True)
        for vocabulary in {drafter.shape.vocabulary for drafter in self.drafters}:
            path = self.tokenizers / f"tokenizer-{vocabulary}.json"
            if not path.exists():
                self.log("training a tokenizer", vocabulary=vocabulary)
                tokenizer.train(
                    tokenizer.read(pieces(self.work / "text"), limit=TOKENIZER_TEXT), vocabulary,
                    path)

    def tune(self, sequences, window, channels):
        """Which variant of the scan kernel is right and fastest here."""
        chosen = self.work / "variant.json"
        if chosen.exists() or not self.machine.gpus:
            return
        if self.options.variant is not None:
            chosen.write_text(json.dumps({"variant": self.options.variant}))
            return
        count = self.machine.count
        workers = [
            self.machine.alone(
                "shakedown",
                ["--work", self.work, "--sequences", sequences, "--window", window, "--channels",
                 channels, "--variants", *range(gpu, len(VARIANTS), count)],
                f"shakedown-{gpu}", gpu)
            for gpu in range(min(count, len(VARIANTS)))
        ]
        wait(workers, time.time() + 90, self.log)
        best = shakedown.best(self.work / "variants")
        if best is None:
            raise SystemExit("no variant of the scan kernel is right on this GPU: see the logs")
        chosen.write_text(json.dumps({"variant": best}))
        self.log("kernel", variant=best, shape=str(VARIANTS[best]))

    def not_encoded(self):
        """The vocabularies whose tokens are not all there."""
        tokens = self.work / "tokens"
        return sorted(
            v for v in {drafter.shape.vocabulary for drafter in self.drafters}
            if not (tokens / str(v) / "complete").exists())

    def start_encoder(self):
        """The process that turns rows into tokens."""
        if self.encoder or not self.not_encoded():
            return
        self.encoder = self.machine.alone(
            "encoding",
            ["--work", self.work, "--tokenizers", self.tokenizers,
             *([] if self.machine.gpus else ["--processes", 1]),
             "--vocabularies", *self.not_encoded()],
            "encoding")

    def rows_at_once(self):
        """As many as fill a GPU, and no more than have room for their states there."""
        if not self.machine.gpus:
            return 32
        shape = self.verifier_shape
        return max(32, min(3072, STATE_BYTES // (4 * shape.layers * shape.inner * shape.state)))

    def sample(self):
        """Rows written by the verifier, and the same rows as tokens."""
        complete = self.work / "rows" / "complete"
        if not complete.exists():
            # What an interrupted run left has no place among the new rows.
            for folder in ("rows", "likeliest", "shares", "tokens"):
                shutil.rmtree(self.work / folder, ignore_errors=True)
            self.start_encoder()
            options, until = self.options, time.time() + self.options.sampling_seconds
            rows = options.sampling_rows or self.rows_at_once()
            workers = self.machine.together(
                "sampling",
                ["--work", self.work, "--until", until, "--rows", rows, "--prompt", options.prompt,
                 "--written", options.written, "--book-rows", options.book_rows or 4 * rows],
                "sampling")
            wait(workers, until + self.slack, self.log)
            if not list((self.work / "rows").glob("samples-*.npy")):
                raise SystemExit(f"nothing was written: see {self.work}/logs/sampling-0.out")
            complete.touch()
        self.start_encoder()
        if self.encoder:
            wait([self.encoder], time.time() + 600, self.log)
        if self.not_encoded():
            raise SystemExit(f"rows could not be encoded: see {self.work}/logs/encoding.out")

    def distil(self):
        """Each drafter that has no result yet, as many at a time as there are GPUs."""
        self.try_drafters()
        if len(self.results()) < len(self.drafters) and self.machine.gpus:
            self.log("not every drafter ended well; again without compilation")
            self.machine.environment["TRAINING_COMPILE"] = "0"
            self.try_drafters()

    def try_drafters(self):
        options, done = self.options, self.results()
        todo = [drafter for drafter in self.drafters if drafter.name not in done]
        count = self.machine.count * options.drafters_a_gpu
        for index in range(0, len(todo), count):
            workers = [
                self.machine.alone(
                    "drafter",
                    ["--work", self.work, "--tokenizers", self.tokenizers, "--seconds",
                     options.drafter_seconds, "--shape", drafter.shape.name, "--rows",
                     options.drafter_rows, "--prompt", options.prompt, *drafter.options],
                    f"drafter-{drafter.name}", place % self.machine.count)
                for place, drafter in enumerate(todo[index:index + count])
            ]
            # Loading and compiling come before those seconds, the measurement after.
            late = time.time() + 1.5 * options.drafter_seconds + 4 * FINAL_SECONDS + self.slack
            wait(workers, late, self.log)

    def results(self):
        """What was measured of each drafter, by name."""
        paths = {d.name: self.work / f"drafter-{d.name}.json" for d in self.drafters}
        return {name: json.loads(path.read_text())
                for name, path in paths.items() if path.exists()}

    def report(self):
        try:
            curves.draw(self.work / "logs", self.work / "curves.png")
        except Exception as error:  # a picture is not worth the run
            self.log("no curves", error=repr(error)[:300])
        for name, found in self.results().items():
            self.log("result", drafter=name, **{
                f"{kind}_{name}": found[kind][name]
                for kind in ("sampled", "greedy") if kind in found
                for name in ("top_1", "overlap", "match")})
        self.log("done", minutes=(time.time() - self.began) / 60)
