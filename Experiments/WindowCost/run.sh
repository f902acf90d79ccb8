#!/bin/sh
# What a window costs the verifier, by its length, for each number of threads.
set -eu
. "$(dirname "$0")/../common.sh"
for threads in ${THREADS:-1 2}; do
  "$PROGRAM" bench --threads "$threads" --draft-tokens auto --max-bytes 64 --repetitions 1 \
    --time-budget "$BUDGET" --output "$RESULTS/threads-$threads.jsonl" --overwrite \
    > "$RESULTS/threads-$threads.txt"
  report "threads-$threads"
done
