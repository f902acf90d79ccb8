"""A pair from text in one command and a given time: `python3 -m training.pair --help`.

Stages: the scan kernel is checked and tuned; optimisers are compared on short runs; the verifier
is trained; it writes samples; drafters are distilled from it and measured. Each stage leaves its
result in the work folder, and one whose result is there is not run again.
"""

import argparse
import json
import lzma
import pathlib
import shutil
import threading
import time

from . import curves, shakedown, tokenizer
from .configuration import MambaConfiguration
from .data import Unpacker, pieces
from .runlog import RunLog
from .selective_scan import VARIANTS
from .workers import Machine, wait

# Methods that are compared: name, and options of training.verifier.
TRIALS = {
    "muon-0.02": ["--method", "muon", "--muon-rate", 0.02],
    "muon-0.01": ["--method", "muon", "--muon-rate", 0.01],
    "muon-0.04": ["--method", "muon", "--muon-rate", 0.04],
    "adamw-0.002": ["--method", "adamw", "--rate", 0.002],
}
DEFAULT_METHOD = "muon-0.02"
SHAPES = "8192x384x6,8192x512x4,16384x384x4,4096x384x8"
FINAL_SECONDS = 45  # export and measurement of the drafters
START_SECONDS = 20  # of a stage's processes


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=pathlib.Path, help="where everything is written")
    parser.add_argument("--text", type=pathlib.Path,
                        help="folder of training text, plain or xz; files may still arrive")
    parser.add_argument("--valid", type=pathlib.Path, help="text for validation, plain or xz")
    parser.add_argument("--test", type=pathlib.Path, help="text for the last measurement")
    parser.add_argument("--tokenizers", type=pathlib.Path,
                        help="folder with tokenizer-VOCABULARY.json; those missing are trained")
    parser.add_argument("--minutes", type=float, default=24, help="for everything")
    parser.add_argument("--trial-seconds", type=float, default=85)
    parser.add_argument("--sampling-seconds", type=float, default=90)
    parser.add_argument("--drafter-seconds", type=float, default=360)
    parser.add_argument("--verifier-shape", default="256x512x16")
    parser.add_argument("--drafter-shapes", default=SHAPES)
    parser.add_argument("--sequences", type=int, default=48, help="of the verifier, a GPU")
    parser.add_argument("--window", type=int, default=2048)
    parser.add_argument("--block", type=int, default=1 << 16)
    parser.add_argument("--sampling-rows", type=int, default=3072)
    parser.add_argument("--prompt", type=int, default=192)
    parser.add_argument("--written", type=int, default=1024)
    parser.add_argument("--drafter-rows", type=int, default=64)
    parser.add_argument("--book-rows", type=int, default=40_000)
    parser.add_argument("--method", choices=[*TRIALS], help="instead of comparing")
    parser.add_argument("--verifier-options", default="", help="more, for training.verifier")
    parser.add_argument("--drafter-options", default="", help="more, for training.drafter")
    parser.add_argument("--smoke", action="store_true",
                        help="everything tiny, on this repository's own files, in two minutes")
    options = parser.parse_args()
    if options.smoke:
        make_smoke(options)
    elif not (options.work and options.text and options.valid):
        parser.error("--work, --text and --valid are needed; or --smoke")
    return options


def make_smoke(options):
    """Sizes that a CPU trains in a minute or two."""
    options.work = options.work or pathlib.Path("/tmp/pair-smoke")
    shutil.rmtree(options.work, ignore_errors=True)
    options.text = options.work / "given"
    options.text.mkdir(parents=True)
    root = pathlib.Path(__file__).resolve().parents[3]
    words = b"\n".join(path.read_bytes() for path in sorted(root.rglob("Sources/**/*.swift")))
    options.valid = options.test = options.work / "valid-given.txt"
    options.valid.write_bytes(words[:6000])
    (options.text / "sources.txt").write_bytes(words[6000:400_000])
    options.minutes, options.trial_seconds = 2, 12
    options.sampling_seconds, options.drafter_seconds = 12, 25
    options.verifier_shape, options.drafter_shapes = "256x32x2", "512x32x1,512x32x2"
    options.sequences, options.window, options.block = 8, 64, 512
    options.sampling_rows, options.prompt, options.written = 32, 32, 64
    options.drafter_rows, options.book_rows = 8, 128


class Pair:
    def __init__(self, options):
        import torch

        self.options = options
        self.work = options.work.resolve()
        self.work.mkdir(parents=True, exist_ok=True)
        self.log = RunLog(self.work / "logs", "pair")
        self.machine = Machine(torch.cuda.device_count(), self.work)
        self.began = time.time()
        self.end = self.began + 60 * options.minutes
        self.final = FINAL_SECONDS if self.machine.gpus else 5
        # A CPU that others use may be late by much; a GPU that is late has failed.
        self.slack = 60 if self.machine.gpus else 300
        self.shapes = [
            MambaConfiguration.parse(text) for text in options.drafter_shapes.split(",")]
        self.tokenizers = (options.tokenizers or self.work / "tokenizers").resolve()
        self.encoder = None
        self.finished = threading.Event()

    # What all stages need.

    def unpack_text(self):
        """In the background, until the end."""
        unpacker = Unpacker(self.options.text, self.work / "text")
        while not self.finished.is_set():
            try:
                for name in unpacker.poll():
                    self.log("text arrived", name=name)
            except Exception as error:  # a bad file must not cost those that come after
                self.log("unpacking failed", error=repr(error)[:300])
                time.sleep(5)
            self.finished.wait(0.5)

    def prepare(self):
        held_out = self.work / "held-out"
        held_out.mkdir(exist_ok=True)
        for name, path in (("valid", self.options.valid), ("test", self.options.test)):
            if path:
                data = path.read_bytes()
                data = lzma.decompress(data) if path.suffix == ".xz" else data
                (held_out / f"{name}.txt").write_bytes(data)
        threading.Thread(target=self.unpack_text, daemon=True).start()
        while not pieces(self.work / "text"):
            time.sleep(0.2)
        self.tokenizers.mkdir(parents=True, exist_ok=True)
        for vocabulary in {shape.vocabulary for shape in self.shapes}:
            path = self.tokenizers / f"tokenizer-{vocabulary}.json"
            if not path.exists():
                self.log("training a tokenizer", vocabulary=vocabulary)
                tokenizer.train(tokenizer.read(pieces(self.work / "text")), vocabulary, path)

    # The stages.

    def tune(self):
        chosen = self.work / "variant.json"
        if chosen.exists() or not self.machine.gpus:
            return
        options, count = self.options, self.machine.count
        shape = MambaConfiguration.parse(options.verifier_shape)
        workers = [
            self.machine.alone(
                "shakedown",
                ["--work", self.work, "--sequences", options.sequences, "--window",
                 options.window, "--channels", shape.inner,
                 "--variants", *range(gpu, len(VARIANTS), count)],
                f"shakedown-{gpu}", gpu)
            for gpu in range(min(count, len(VARIANTS)))
        ]
        wait(workers, time.time() + 90, self.log)
        best = shakedown.best(self.work / "variants")
        if best is None:
            raise SystemExit("no variant of the scan kernel is right on this GPU: see the logs")
        chosen.write_text(json.dumps({"variant": best}))
        self.log("kernel", variant=best, shape=str(VARIANTS[best]))

    def verifier_arguments(self, name, until):
        options = self.options
        return [
            "--work", self.work, "--name", name, "--until", until, "--shape",
            options.verifier_shape, "--sequences", options.sequences, "--window",
            options.window, "--block", options.block]

    def compare_methods(self):
        """The method whose short run has the fewest bits per byte on the validation text."""
        chosen = self.work / "method.json"
        if self.options.method:
            return self.options.method
        if chosen.exists():
            return json.loads(chosen.read_text())["method"]
        names = list(TRIALS)[:self.machine.count]
        self.try_methods(names)
        bits = self.trial_bits(names)
        if not bits and self.machine.gpus and "TRAINING_COMPILE" not in self.machine.environment:
            self.log("no trial ended well; again without compilation")
            self.machine.environment["TRAINING_COMPILE"] = "0"
            self.try_methods(names)
            bits = self.trial_bits(names)
        method = min(bits, key=bits.get) if bits else DEFAULT_METHOD
        self.log("method", chosen=method, **bits)
        chosen.write_text(json.dumps({"method": method, "bits": bits}))
        return method

    def try_methods(self, names):
        until = time.time() + self.options.trial_seconds
        workers = [
            self.machine.alone(
                "verifier",
                [*self.verifier_arguments(f"trial-{name}", until), *TRIALS[name],
                 "--trial", "--warmup", 40],
                f"trial-{name}", gpu)
            for gpu, name in enumerate(names)
        ]
        wait(workers, until + self.slack, self.log)

    def trial_bits(self, names):
        bits = {}
        for name in names:
            path = self.work / "logs" / f"trial-{name}.jsonl"
            found = curves.series(
                curves.read(path), "validation", "megabytes", "bits") if path.exists() else []
            if found and found[-1][1] == found[-1][1]:
                bits[name] = found[-1][1]
        return bits

    def train_verifier(self, method):
        if (self.work / "verifier.json").exists():
            return
        after = (self.options.sampling_seconds + self.options.drafter_seconds + self.final
                 + (2 * START_SECONDS if self.machine.gpus else 10))
        until = max(self.end - after, time.time() + 15)
        self.log("training the verifier", budget=until - time.time(), method=method)
        for attempt in range(3):
            workers = self.machine.together(
                "verifier",
                [*self.verifier_arguments("verifier", until), *TRIALS[method],
                 *self.options.verifier_options.split()],
                f"verifier-{attempt}")
            failed = wait(
                workers, until + self.slack, self.log, together=True,
                meanwhile=lambda: self.start_encoder(until - 100))
            if not failed or (self.work / "verifier.int8.pt").exists():
                return
            if attempt == 1:
                self.machine.environment["TRAINING_COMPILE"] = "0"
            self.log("the verifier failed; going on from its checkpoint", attempt=attempt)
            until = max(until, time.time() + 30)
        raise SystemExit("the verifier could not be trained: see the logs")

    def start_encoder(self, moment=0.0):
        """The process that turns rows into tokens; not before a moment."""
        if self.encoder or time.time() < moment:
            return
        vocabularies = sorted({shape.vocabulary for shape in self.shapes})
        self.encoder = self.machine.alone(
            "encoding",
            ["--work", self.work, "--tokenizers", self.tokenizers, "--book-rows",
             self.options.book_rows, "--width", self.options.prompt + self.options.written,
             *([] if self.machine.gpus else ["--processes", 1]),
             "--vocabularies", *vocabularies],
            "encoding")

    def sample(self):
        complete = self.work / "rows" / "complete"
        self.start_encoder()
        if complete.exists():
            return
        until = time.time() + self.options.sampling_seconds
        options = self.options
        workers = self.machine.together(
            "sampling",
            ["--work", self.work, "--until", until, "--shape", options.verifier_shape, "--rows",
             options.sampling_rows, "--prompt", options.prompt, "--written", options.written],
            "sampling")
        wait(workers, until + self.slack, self.log)
        complete.parent.mkdir(exist_ok=True)
        complete.touch()

    def distil(self):
        todo = [
            shape for shape in self.shapes
            if not (self.work / f"drafter-{shape.name}.json").exists()]
        count = self.machine.count
        waves = [todo[i:i + count] for i in range(0, len(todo), count)]
        for index, wave in enumerate(waves):
            left = self.end - time.time()
            until = time.time() + max(20, left / (len(waves) - index) - self.final)
            options = self.options
            workers = [
                self.machine.alone(
                    "drafter",
                    ["--work", self.work, "--tokenizers", self.tokenizers, "--until", until,
                     "--shape", shape.name, "--verifier-shape", options.verifier_shape,
                     "--rows", options.drafter_rows, "--prompt", options.prompt, "--width",
                     options.prompt + options.written, *options.drafter_options.split()],
                    f"drafter-{shape.name}", gpu)
                for gpu, shape in enumerate(wave)
            ]
            wait(workers, until + self.final + self.slack, self.log)

    def report(self):
        try:
            curves.draw(self.work / "logs", self.work / "curves.png")
        except Exception as error:  # a picture is not worth the run
            self.log("no curves", error=repr(error)[:300])
        for path in sorted(self.work.glob("drafter-*.json")):
            found = json.loads(path.read_text())
            self.log("result", drafter=path.stem, **{
                f"{kind}_{name}": found[kind][name]
                for kind in ("sampled", "greedy") if kind in found
                for name in ("top_1", "overlap", "match")})
        self.log("done", minutes=(time.time() - self.began) / 60)

    def run(self):
        self.log("start", gpus=self.machine.gpus, minutes=self.options.minutes)
        self.prepare()
        self.tune()
        method = self.compare_methods()
        self.train_verifier(method)
        self.sample()
        self.distil()
        if self.encoder:
            wait([self.encoder], time.time() + 5, self.log)
        self.finished.set()
        self.report()


def main():
    Pair(arguments()).run()


if __name__ == "__main__":
    main()
