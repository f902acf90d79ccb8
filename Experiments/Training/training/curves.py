"""Loss curves from the logs: `python3 -m training.curves LOGS OUTPUT.png`."""

import json
import pathlib
import sys


def read(path):
    """The records of a JSONL file; a last line that was cut is left out."""
    records = []
    for line in pathlib.Path(path).read_text().splitlines():
        try:
            records.append(json.loads(line))
        except json.JSONDecodeError:
            break
    return records


def series(records, event, x, y):
    """Pairs of two values of the records of one event."""
    return [
        (record[x], record[y]) for record in records
        if record["event"] == event and x in record and y in record
    ]


def smoothed(points, weight=0.9):
    """An exponential mean of the second values, without the pull towards the first."""
    mean = total = 0.0
    out = []
    for x, y in points:
        mean = weight * mean + (1 - weight) * y
        total = weight * total + (1 - weight)
        out.append((x, mean / total))
    return out


def draw(logs, output):
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.5))
    for path in sorted(pathlib.Path(logs).glob("*.jsonl")):
        records = read(path)
        if path.stem.startswith("drafter"):
            points = smoothed(series(records, "step", "megabytes", "overlap"))
            if points:
                right.plot(*zip(*points), label=path.stem.removeprefix("drafter-"))
        else:
            points = smoothed(series(records, "step", "megabytes", "bits"))
            if points:
                left.plot(*zip(*points), label=f"{path.stem}: training")
            points = series(records, "validation", "megabytes", "bits")
            if points:
                left.plot(*zip(*points), "o", markersize=3, label=f"{path.stem}: validation")
    left.set(xlabel="MB read", ylabel="bits per byte", title="verifier", ylim=(1.1, 2.2))
    right.set(xlabel="MB read", ylabel="sum of min(p, q)", title="drafters, training rows")
    for axes in (left, right):
        axes.grid(alpha=0.3)
        if axes.has_data():
            axes.legend(fontsize=7)
    figure.tight_layout()
    figure.savefig(output, dpi=110)


if __name__ == "__main__":
    draw(*sys.argv[1:3])
