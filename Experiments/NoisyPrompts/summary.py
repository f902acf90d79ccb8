#!/usr/bin/env python3
"""The table of the experiment.

    summary.py FOLDER KIND:PROBABILITY...   what the folder's files say, as a Markdown table
    summary.py --text < prompts.jsonl       the text of all prompts, to measure bits per byte on
"""

import json
import sys


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def row(folder, noise, clean):
    kind, probability = noise.split(":")
    name = f"{folder}/{kind}-{probability}"
    bits = [load(f"{name}.{model}.json")["total"]["bits_per_byte"] for model in ("verifier", "drafter")]
    configurations = load(f"{name}.report.json")["runs"][0]["summary"]["configurations"]
    overall = next(c["overall"] for c in configurations if c["configuration"]["kind"] == "speculative")
    speedup = overall.get("speedup") or {}
    interval = speedup.get("interval") or {}
    clean = clean or bits
    cells = [kind, probability]
    for value, other in zip(bits, clean):
        cells.append(f"{value:.3f} ({value - other:+.3f})")
    rounds = overall["rounds"]
    rate = rounds.get("acceptance_rate")
    cells.append("-" if rate is None else f"{100 * rate:.1f} %")
    cells.append(f"{rounds['mean_acceptance_length']:.2f}")
    text = f"{speedup['ratio']:.2f}x" if "ratio" in speedup else "-"
    if interval:
        text += f" ({interval['lower']:.2f} to {interval['upper']:.2f})"
    cells.append(text)
    return cells, clean


def main():
    if sys.argv[1:] == ["--text"]:
        for line in sys.stdin:
            entry = json.loads(line)
            if "text" in entry:
                sys.stdout.write(entry["text"] + "\n\n")
        return
    folder, noises = sys.argv[1], sys.argv[2:]
    header = ["noise", "probability", "verifier, bits a byte", "drafter, bits a byte", "accepted of drafted",
              "bytes a round", "speedup (95 %)"]
    print("| " + " | ".join(header) + " |")
    print("| --- |" + " ---: |" * (len(header) - 1))
    clean = None
    for noise in noises:
        cells, clean = row(folder, noise, clean)
        print("| " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
