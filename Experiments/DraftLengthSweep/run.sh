#!/bin/sh
# Speedup by draft length, greedy and at temperature 1.
set -eu
. "$(dirname "$0")/../common.sh"
"$PROGRAM" bench --draft-tokens "${LENGTHS:-1,2,3,4,6,8,auto}" --temperature "${TEMPERATURES:-0,1}" \
  --time-budget "$BUDGET" --output "$RESULTS/sweep.jsonl" --overwrite > "$RESULTS/sweep.txt"
report sweep
