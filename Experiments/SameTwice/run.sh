#!/bin/sh
# Measures the same configuration twice, RUNS times, and counts how often the interval of the ratio
# holds 1. Under six minutes on two cores.
# usage: Experiments/SameTwice/run.sh OUT [bench options, as --verifier DIR --drafter DIR]
set -eu
out=${1:?give a folder for the results}
shift
program=${SPECDECODE:-.build/release/specdecode}
runs=${RUNS:-20}
mkdir -p "$out"
for run in $(seq "$runs"); do
  "$program" bench --twice --draft-tokens "${TOKENS:-4}" --max-bytes 64 --repetitions 3 \
    --target-interval 0 --time-budget 14 --seed "$run" --quiet "$@" \
    --output "$out/same-$run.jsonl" --overwrite --json "$out/same-$run.json" \
    > "$out/same-$run.txt"
  echo "run $run of $runs" >&2
done
python3 - "$out" "$runs" <<'PYTHON'
import json, sys
folder, runs = sys.argv[1], int(sys.argv[2])
held = 0
print("| run | ratio | 95 % interval | holds 1 |\n| --- | --- | --- | --- |")
for run in range(1, runs + 1):
    summary = json.load(open(f"{folder}/same-{run}.json"))
    speedup = summary["configurations"][1]["overall"]["speedup"]
    low, high = speedup["interval"]["lower"], speedup["interval"]["upper"]
    held += low <= 1 <= high
    print(f"| {run} | {speedup['ratio']:.4f} | {low:.4f} to {high:.4f} | "
          f"{'yes' if low <= 1 <= high else 'no'} |")
print(f"\n{held} of {runs} intervals hold 1.")
sys.exit(0 if held >= 0.85 * runs else 1)
PYTHON
