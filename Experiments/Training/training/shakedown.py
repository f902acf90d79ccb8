"""Which scan kernel is right and fastest on this GPU: `python3 -m training.shakedown`.

Each of several processes takes some of the variants; results go to WORK/variants/INDEX.json.
"""

import argparse
import json
import pathlib

import torch

from . import scan_check, selective_scan
from .runlog import RunLog

TOLERANCE = 1e-4


def judge(index, options, log):
    """Errors and seconds of one variant; what failed has no seconds."""
    variant = selective_scan.VARIANTS[index]
    result = {"variant": index}
    try:
        found = {}
        for seed, length in ((0, 37), (1, 64)):
            for name, error in scan_check.errors(variant, "cuda", length=length, seed=seed).items():
                found[name] = max(found.get(name, 0.0), error)
        result["errors"] = found
        # A comparison with NaN is false.
        if all(error < TOLERANCE for error in found.values()):
            result["seconds"] = scan_check.seconds(
                variant, options.sequences, options.window, options.channels)
    except Exception as error:  # a kernel that does not compile is no reason to stop
        result["failure"] = repr(error)[:500]
    log("variant", index=index, worst=max(result.get("errors", {"": float("nan")}).values()),
        milliseconds=1000 * result.get("seconds", float("nan")), failure=result.get("failure"))
    return result


def best(folder):
    """The fastest right variant among the results of a folder, or None."""
    results = [json.loads(path.read_text()) for path in sorted(pathlib.Path(folder).glob("*.json"))]
    right = [result for result in results if "seconds" in result]
    return min(right, key=lambda result: result["seconds"])["variant"] if right else None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--variants", type=int, nargs="+", required=True)
    parser.add_argument("--sequences", type=int, default=48)
    parser.add_argument("--window", type=int, default=2048)
    parser.add_argument("--channels", type=int, default=1024)
    options = parser.parse_args()
    torch.cuda.set_device(0)
    log = RunLog(options.work / "logs", "shakedown")
    folder = options.work / "variants"
    folder.mkdir(parents=True, exist_ok=True)
    for index in options.variants:
        (folder / f"{index}.json").write_text(json.dumps(judge(index, options, log)))


if __name__ == "__main__":
    main()
