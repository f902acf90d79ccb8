"""Measures both engines in turn on the same models; run.sh prepares what this needs."""

import argparse
import json
import platform
import random
import subprocess
import sys
from pathlib import Path

import numpy as np

import quiet
from engines import Engine, llama_logits, our_logits
from models import PRECISIONS, make

SHAPES = ["small", "m130", "mb353"]

# The largest error of llama.cpp's logits that is still the same model: root mean square of the
# difference over that of the logits. In f32 only sums are ordered otherwise. For bf16 weights
# llama.cpp rounds activations to bf16 as well. With 8 bits both round weights and activations, each
# in its own way: q8_0 by blocks of 32, ours by rows and positions. One convolution of 16 reversed
# makes an error of 0.3.
TOLERANCE = {"f32": 1e-5, "bf16": 2e-2, "q8_0": 1e-1}

# Seconds of plain decoding in one measurement.
PLAIN_SECONDS = 0.3

# Threads that spin for more work go to sleep before the other engine is measured.
PAUSE = 0.05


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--tools", type=Path, required=True, help="our programs")
    parser.add_argument("--driver", type=Path, required=True, help="llama_driver")
    parser.add_argument("--llama-version", default="unknown")
    parser.add_argument("--shapes", default=",".join(SHAPES))
    parser.add_argument("--precisions", default=",".join(PRECISIONS))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--busy", action="store_true",
                        help="measure although other programs use the processors")
    parser.add_argument("--json", type=Path, required=True)
    return parser.parse_args()


def check(options, ours, theirs, kind):
    """Both engines must give the same logits, or they are not compared; returns the error."""
    vocabulary = json.loads((ours / "config.json").read_text())["vocab_size"]
    generator = random.Random(5)
    ids = [generator.randrange(vocabulary) for _ in range(64)]
    own = our_logits(options.tools / "specdecode", ours, ids, options.cache)
    other = llama_logits(options.driver, theirs, ids, options.cache)
    if own.shape != other.shape:
        raise SystemExit(f"{theirs}: logits are {other.shape}, ours {own.shape}")
    error = float(np.sqrt(np.mean((own - other) ** 2) / np.mean(own**2)))
    if not error <= TOLERANCE[kind]:
        raise SystemExit(
            f"{theirs}: logits are off by {error:.2e} of their size, more than {TOLERANCE[kind]}: "
            "not the same model, so the speeds cannot be compared")
    return error


def measure(options, ours, theirs):
    """Seconds a unit by request and engine, a value a round, and the share of the processors that
    others used meanwhile: measured while both engines wait."""
    engines = {
        "specdecode": Engine(
            [options.tools / "DecodingSpeed", "serve", ours, "--threads", options.threads]),
        "llama.cpp": Engine([options.driver, theirs, options.threads, "serve"]),
    }
    steps = max(10, int(PLAIN_SECONDS / (engines["llama.cpp"].seconds("plain 10") / 10)))
    requests = {"plain": (f"plain {steps}", steps), "prefill 512": ("prefill 512", 512),
                "window 16": ("window 16", 16)}
    times = {name: {engine: [] for engine in engines} for name in requests}
    used = np.zeros(2)
    for turn in range(options.rounds + 1):
        for name, (request, units) in requests.items():
            # Whoever is measured second finds the caches full of the other's weights: take turns.
            order = list(engines) if turn % 2 else list(engines)[::-1]
            for engine in order:
                used += quiet.pause(PAUSE)
                seconds = engines[engine].seconds(request) / units
                # The first round warms up.
                if turn > 0:
                    times[name][engine].append(seconds)
    for engine in engines.values():
        engine.close()
    return times, float(used[0] / max(used[1], 1))


def spread(values):
    lower, median, upper = np.quantile(values, [0.25, 0.5, 0.75])
    return {"lower": lower, "median": median, "upper": upper}


def row(shape, kind, what, times, error, others):
    own, other = np.array(times["specdecode"]), np.array(times["llama.cpp"])
    return {
        "shape": shape, "precision": kind, "what": what, "logit_error": error,
        "others_busy": others,
        "specdecode_per_second": spread(1 / own), "llama_per_second": spread(1 / other),
        "ratio": spread(other / own),
    }


def markdown(rows):
    lines = [
        "| shape | weights | what | llama.cpp, units/s | specdecode, units/s | ratio | quartiles "
        "| logits differ by | others' load |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for r in rows:
        kind = r["precision"]
        kind = kind if PRECISIONS[kind][1] == kind else f"{kind} / {PRECISIONS[kind][1]}"
        ratio = r["ratio"]
        lines.append(
            f"| {r['shape']} | {kind} | {r['what']} | {r['llama_per_second']['median']:.0f} "
            f"| {r['specdecode_per_second']['median']:.0f} | {ratio['median']:.2f}x "
            f"| {ratio['lower']:.2f} to {ratio['upper']:.2f} | {r['logit_error']:.1e} "
            f"| {r['others_busy']:.0%} |")
    return "\n".join(lines)


def processor():
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor()


def main():
    options = arguments()
    commit = subprocess.run(
        ["git", "-C", Path(__file__).parent, "describe", "--always", "--dirty"],
        capture_output=True, text=True).stdout.strip()
    title = (f"{processor()}, {options.threads} threads, commit {commit}, llama.cpp of "
             f"{options.llama_version}, {options.rounds} rounds")
    rows = []
    for shape in options.shapes.split(","):
        for kind in options.precisions.split(","):
            print(f"{shape} {kind}", file=sys.stderr)
            ours, theirs = make(options.tools, options.cache, shape, kind)
            error = check(options, ours, theirs, kind)
            if not options.busy:
                quiet.require()
            times, others = measure(options, ours, theirs)
            rows += [row(shape, kind, what, times[what], error, others) for what in times]
    print(f"{title}\n\n{markdown(rows)}")
    options.json.write_text(json.dumps({"title": title, "rows": rows}, indent=2) + "\n")


if __name__ == "__main__":
    main()
