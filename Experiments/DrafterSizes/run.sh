#!/bin/sh
# The speedup by drafter: any folders of drafters, measured beside one another.
# usage: Experiments/DrafterSizes/run.sh OUT DRAFTER,DRAFTER,... [bench options]
set -eu
out=${1:?give a folder for the results}
drafters=${2:?give folders of drafters, with commas between them}
shift 2
program=${SPECDECODE:-.build/release/specdecode}
mkdir -p "$out"
"$program" bench --drafter "$drafters" --draft-tokens "${TOKENS:-4,auto}" \
  --time-budget "${SECONDS_TO_SPEND:-300}" "$@" --output "$out/drafter-sizes.jsonl" \
  --json "$out/drafter-sizes.json" > "$out/drafter-sizes.txt"
cat "$out/drafter-sizes.txt"
