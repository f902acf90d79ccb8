"""A pair from text in one command and a given time: `python3 -m training.pair --help`.

Stages: the scan kernel is checked and tuned; optimisers are compared on short runs; the verifier
is trained; it writes samples; drafters are distilled from it and measured. Each stage leaves its
result in the work folder, and one whose result is there is not run again.
"""

import argparse
import json
import pathlib
import threading
import time

from . import curves
from .configuration import MambaConfiguration
from .data import Unpacker, pieces
from .stages import FINAL_SECONDS, START_SECONDS, Drafter, Stages, add_options, smoke_sizes
from .workers import wait

# Methods that are compared: name, and options of training.verifier.
TRIALS = {
    "muon-0.02": ["--method", "muon", "--muon-rate", 0.02],
    "muon-0.01": ["--method", "muon", "--muon-rate", 0.01],
    "muon-0.04": ["--method", "muon", "--muon-rate", 0.04],
    "adamw-0.002": ["--method", "adamw", "--rate", 0.002],
}
DEFAULT_METHOD = "muon-0.02"
SHAPES = "8192x256x2,8192x256x3,8192x320x2,4096x384x2"


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_options(parser)
    parser.add_argument("--valid", type=pathlib.Path, help="text for validation, plain or xz")
    parser.add_argument("--minutes", type=float, default=24, help="for everything")
    parser.add_argument("--trial-seconds", type=float, default=85)
    parser.add_argument("--verifier-shape", default="256x512x16")
    parser.add_argument("--drafter-shapes", default=SHAPES)
    parser.add_argument("--sequences", type=int, default=48, help="of the verifier, a GPU")
    parser.add_argument("--window", type=int, default=2048)
    parser.add_argument("--block", type=int, default=1 << 16)
    parser.add_argument("--method", choices=[*TRIALS], help="instead of comparing")
    parser.add_argument("--verifier-options", default="", help="more, for training.verifier")
    parser.add_argument("--drafter-options", default="", help="more, for training.drafter")
    options = parser.parse_args()
    if options.smoke:
        smoke_sizes(options, "pair")
        options.valid = options.test
        options.minutes, options.trial_seconds = 2, 12
        options.verifier_shape, options.drafter_shapes = "256x32x2", "512x32x1,512x32x2"
        options.sequences, options.window, options.block = 8, 64, 512
    elif not (options.work and options.text and options.valid):
        parser.error("--work, --text and --valid are needed; or --smoke")
    options.sampling_seconds = options.sampling_seconds or 90
    options.drafter_seconds = options.drafter_seconds or 360
    return options


class Pair(Stages):
    def __init__(self, options):
        super().__init__(options, "pair")
        self.end = self.began + 60 * options.minutes
        self.final = FINAL_SECONDS if self.machine.gpus else 5
        self.verifier_shape = MambaConfiguration.parse(options.verifier_shape)
        self.drafters = [
            Drafter(f"{shape} {options.drafter_options}")
            for shape in options.drafter_shapes.split(",")]
        self.finished = threading.Event()

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
        self.hold_out(valid=self.options.valid, test=self.options.test)
        threading.Thread(target=self.unpack_text, daemon=True).start()
        while not pieces(self.work / "text"):
            time.sleep(0.2)
        self.make_tokenizers()

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
        waves = -(-len(self.drafters) // (self.machine.count * self.options.drafters_a_gpu))
        after = (self.options.sampling_seconds + waves * (
            self.options.drafter_seconds + self.final)
            + (3 * START_SECONDS if self.machine.gpus else 10))
        until = max(self.end - after, time.time() + 15)
        self.log("training the verifier", budget=until - time.time(), method=method)
        for attempt in range(3):
            workers = self.machine.together(
                "verifier",
                [*self.verifier_arguments("verifier", until), *TRIALS[method],
                 *self.options.verifier_options.split()],
                f"verifier-{attempt}")
            failed = wait(
                workers, until + self.slack, self.log, together=True)
            if not failed or (self.work / "verifier.int8.pt").exists():
                return
            if attempt == 1:
                self.machine.environment["TRAINING_COMPILE"] = "0"
            self.log("the verifier failed; going on from its checkpoint", attempt=attempt)
            until = max(until, time.time() + 30)
        raise SystemExit("the verifier could not be trained: see the logs")

    def run(self):
        options = self.options
        self.log("start", gpus=self.machine.gpus, minutes=options.minutes)
        self.prepare()
        self.tune(options.sequences, options.window, self.verifier_shape.inner)
        self.train_verifier(self.compare_methods())
        self.sample()
        self.distil()
        self.finished.set()
        self.report()


def main():
    Pair(arguments()).run()


if __name__ == "__main__":
    main()
