"""What a run says: JSON lines for programs, text for people."""

import json
import pathlib
import sys
import time


class RunLog:
    """Appends to FOLDER/STAGE.jsonl and FOLDER/log.txt, each line written through at once."""

    def __init__(self, folder, stage, quiet=False):
        self.stage, self.quiet = stage, quiet
        self.start = time.time()
        if not quiet:
            folder = pathlib.Path(folder)
            folder.mkdir(parents=True, exist_ok=True)
            self.records = open(folder / f"{stage}.jsonl", "a", buffering=1)
            self.text = open(folder / "log.txt", "a", buffering=1)

    def __call__(self, event, **values):
        if self.quiet:
            return
        seconds = round(time.time() - self.start, 2)
        record = {"stage": self.stage, "event": event, "seconds": seconds, **values}
        self.records.write(json.dumps(record) + "\n")
        shown = " ".join(
            f"{k}={v:.5g}" if isinstance(v, float) else f"{k}={v}" for k, v in values.items())
        line = f"{time.strftime('%H:%M:%S')} [{self.stage} {seconds:.0f}s] {event} {shown}"
        self.text.write(line + "\n")
        print(line, file=sys.stderr, flush=True)
