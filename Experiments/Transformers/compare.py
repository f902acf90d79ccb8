"""Logits of transformers against those of specdecode, for converted checkpoints.

usage: compare.py SPECDECODE OUTPUT FIXTURE...
"""

import json
import pathlib
import subprocess
import sys

import numpy
import torch
import transformers

TOLERANCE = 1e-3
CHOICES = [[], ["--dtype", "f32"], ["--dtype", "f16"], ["--dtype", "bf16"]]


def converted(program, fixture, folder, options):
    subprocess.run([program, "convert", fixture, folder, *options], check=True)
    logits = folder.with_suffix(".npy")
    ids = fixture / "ids.json"
    subprocess.run(
        [program, "logits", "--model", folder, "--tokens", ids, "--output", logits], check=True
    )
    return numpy.load(logits)


def by_transformers(folder, ids):
    """In f32, whatever the stored type: activations are f32 on the other side too."""
    model, report = transformers.AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, trust_remote_code=True, output_loading_info=True
    )
    keys = {kind: list(names) for kind, names in report.items() if names}
    if keys:
        sys.exit(f"{folder}: loading left something over: {keys}")
    with torch.no_grad():
        return model(torch.tensor([ids])).logits[0].numpy()


def main():
    transformers.utils.logging.disable_progress_bar()
    program, output = sys.argv[1], pathlib.Path(sys.argv[2])
    failures = 0
    print(f"{'checkpoint':30}{'--dtype':9}{'largest difference':20}top-1")
    for fixture in map(pathlib.Path, sys.argv[3:]):
        ids = json.loads((fixture / "ids.json").read_text())
        for options in CHOICES:
            kind = options[-1] if options else "kept"
            folder = output / f"{fixture.name}-{kind}"
            ours = converted(program, fixture, folder, options)
            theirs = by_transformers(folder, ids)
            difference = float(numpy.abs(ours - theirs).max())
            tops = bool((ours.argmax(1) == theirs.argmax(1)).all())
            failures += difference > TOLERANCE or not tops or ours.shape != theirs.shape
            print(f"{fixture.name:30}{kind:9}{difference:<20.2e}{'equal' if tops else 'differs'}")
    sys.exit(f"{failures} do not agree" if failures else 0)


main()
