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

    def of_drafter(path):
        return path.stem.startswith("drafter-")

    records = {path: read(path) for path in sorted(pathlib.Path(logs).glob("*.jsonl"))}
    trained = [path for path, found in records.items() if series(found, "step", "step", "step")]
    panels = [panel for panel in (False, True) if any(of_drafter(p) == panel for p in trained)]
    figure, all_axes = plt.subplots(
        1, len(panels), figsize=(5.5 * len(panels), 4.5), squeeze=False)
    for axes, drafters in zip(all_axes[0], panels):
        for path in trained:
            if of_drafter(path) != drafters:
                continue
            value, name = ("overlap" if drafters else "bits"), path.stem.removeprefix("drafter-")
            points = smoothed(series(records[path], "step", "megabytes", value))
            axes.plot(*zip(*points), label=name)
            points = series(records[path], "validation", "megabytes", "bits")
            if points:
                axes.plot(*zip(*points), "o", markersize=3, label=f"{name}: validation")
        if drafters:
            axes.set(ylabel="sum of min(p, q)", title="drafters, training rows")
        else:
            axes.set(ylabel="bits per byte", title="verifier", ylim=(1.1, 2.2))
        axes.set(xlabel="MB read")
        axes.grid(alpha=0.3)
        axes.legend(fontsize=7)
    figure.tight_layout()
    figure.savefig(output, dpi=110)


if __name__ == "__main__":
    draw(*sys.argv[1:3])
