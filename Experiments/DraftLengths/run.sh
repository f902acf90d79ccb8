#!/bin/sh
# The speedup by draft length, greedy and at temperature 1.
# usage: Experiments/DraftLengths/run.sh OUT [bench options, as --verifier DIR --shard 1/4]
set -eu
out=${1:?give a folder for the results}
shift
program=${SPECDECODE:-.build/release/specdecode}
mkdir -p "$out"
"$program" bench --draft-tokens 1,2,3,4,6,8,auto --temperature 0,1 \
  --time-budget "${SECONDS_TO_SPEND:-300}" "$@" --output "$out/draft-lengths.jsonl" \
  --json "$out/draft-lengths.json" > "$out/draft-lengths.txt"
cat "$out/draft-lengths.txt"
