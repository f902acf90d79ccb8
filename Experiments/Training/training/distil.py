"""A drafter for a given verifier, from any text: `python3 -m training.distil --help`.

The verifier is a folder as `specdecode` loads it (config.json and safetensors in the names of
Hugging Face; int8, bf16, f16 or f32). It writes text; a small subword Mamba learns to foretell it.
The same command again goes on from what is in the work folder.
"""

import argparse
import dataclasses
import pathlib
import sys
import time

from .configuration import MambaConfiguration
from .stages import FINAL_SECONDS, START_SECONDS, Drafter, Stages, add_options, smoke_sizes

SHARE = 9  # a drafter has a ninth of its verifier's weights, where no shape is given


def default_shape(verifier):
    """Two layers as wide as fit a ninth of the verifier's weights; depth costs time on a CPU."""
    vocabulary = 8192 if verifier.parameters > 10_000_000 else 1024
    shapes = [MambaConfiguration(vocabulary, width, 2) for width in range(32, 1025, 32)]
    fitting = [shape for shape in shapes if shape.parameters * SHARE <= verifier.parameters]
    return (fitting or shapes)[-1 if fitting else 0]


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--verifier", type=pathlib.Path, help="folder of its checkpoint")
    parser.add_argument("--shape", action="append",
                        help="VOCABULARYxWIDTHxLAYERS of the drafter, with options of "
                             "training.drafter after it; several times for several drafters; "
                             "default: by the verifier's size")
    parser.add_argument("--tokenizer", type=pathlib.Path,
                        help="tokenizer.json to use; default: one is trained on the text")
    parser.add_argument("--minutes", type=float, default=15, help="for everything")
    add_options(parser)
    options = parser.parse_args()
    if options.smoke:
        smoke_sizes(options, "distil")
    elif not (options.verifier and options.text and options.work):
        parser.error("--verifier, --text and --work are needed; or --smoke")
    return options


class Distil(Stages):
    def __init__(self, options):
        super().__init__(options, "distil")
        from . import export

        if options.smoke and not options.verifier:
            options.verifier = self.work / "verifier-given"
            export.export(export.Mamba(MambaConfiguration(256, 32, 2)), options.verifier)
        self.verifier = export.load(options.verifier)
        shape = self.verifier_shape = self.verifier.configuration
        if shape.vocabulary < 256:
            raise SystemExit(
                f"{options.verifier}: a vocabulary of {shape.vocabulary}, not of bytes")
        given = options.shape or [default_shape(shape).name]
        self.drafters = [Drafter(text) for text in given]
        self.share_time()
        self.log("start", gpus=self.machine.gpus, verifier=shape.name,
                 drafters=" ".join(drafter.name for drafter in self.drafters),
                 sampling_seconds=options.sampling_seconds,
                 drafter_seconds=options.drafter_seconds)

    def share_time(self):
        """A fifth of the minutes for writing, the rest for the drafters, one after the other where
        they are more than the GPUs."""
        options = self.options
        at_once = self.machine.count * options.drafters_a_gpu
        waves = -(-len(self.drafters) // at_once)
        whole = 60 * options.minutes
        fixed = 3 * START_SECONDS + waves * FINAL_SECONDS
        options.sampling_seconds = options.sampling_seconds or max(10, whole / 5)
        left = (whole - fixed - options.sampling_seconds) / waves
        options.drafter_seconds = options.drafter_seconds or max(20, left)

    def prepare(self):
        from .sampling import load_verifier, save_verifier

        options = self.options
        self.hold_out(test=options.test)
        self.unpack()
        if options.tokenizer:
            from .vocabulary import token_bytes

            count = len(token_bytes(options.tokenizer))
            for drafter in self.drafters:
                # The tokenizer says how many tokens there are.
                drafter.shape = dataclasses.replace(drafter.shape, vocabulary=count)
                if "--name" not in drafter.options:
                    drafter.name = drafter.shape.name
            self.tokenizers.mkdir(parents=True, exist_ok=True)
            target = self.tokenizers / f"tokenizer-{count}.json"
            target.write_bytes(options.tokenizer.read_bytes())
        self.make_tokenizers()
        saved = self.work / "verifier.int8.pt"
        if saved.exists():
            self.check_same(load_verifier(saved, "cpu"))
        else:
            save_verifier(self.verifier, saved)

    def check_same(self, saved):
        """What another verifier wrote is of no use."""
        same = saved.configuration == self.verifier_shape and all(
            value.equal(other) for value, other in zip(
                saved.state_dict().values(), self.verifier.state_dict().values()))
        if not same:
            raise SystemExit(
                f"{self.work} holds the text of another verifier than {self.options.verifier}; "
                "give an empty folder as --work")

    def run(self):
        self.prepare()
        self.tune(self.options.drafter_rows, 1024, self.verifier_shape.inner)
        self.sample()
        self.distil()
        self.report()
        self.say()

    def say(self):
        """What a reader wants to know, on standard output."""
        results = self.results()
        missing = [drafter.name for drafter in self.drafters if drafter.name not in results]
        for name, found in results.items():
            greedy, sampled = found.get("greedy", {}), found.get("sampled", {})
            print(f"{self.work}/drafter-{name}: {found['parameters'] / 1e6:.1f} M parameters, "
                  f"{found['megabytes']:,.0f} MB read in {found['seconds']:.0f} s; the verifier's "
                  f"byte foretold {100 * greedy.get('top_1', 0):.1f} % (greedy), "
                  f"{100 * sampled.get('match', 0):.1f} % (temperature 1)")
        for name in missing:
            print(f"no drafter {name}: see {self.work}/logs/drafter-{name}.out", file=sys.stderr)
        if results:
            name = max(results, key=lambda n: results[n].get("sampled", {}).get("match", 0))
            print(f"{(time.time() - self.began) / 60:.1f} minutes. To use it:\n"
                  f"  specdecode quantize {self.work}/drafter-{name} {self.work}/drafter-int8\n"
                  f"  specdecode run --verifier {self.options.verifier} --drafter "
                  f"{self.work}/drafter-int8 --prompt \"It was\"")
        if missing:
            sys.exit(1)


def main():
    Distil(arguments()).run()


if __name__ == "__main__":
    main()
