#!/bin/sh
# Speedup by the drafter's size. DRAFTERS names trained ones (folders, separated by commas); without
# it random ones with the bundled tokenizer show what size costs, and nothing about acceptance.
set -eu
. "$(dirname "$0")/../common.sh"
trained=$MODELS/drafter
drafters=${DRAFTERS:-}
if [ -z "$drafters" ]; then
  vocabulary=$(sed -n 's/.*"vocab_size"[: ]*\([0-9]*\).*/\1/p' "$trained/config.json")
  random=${RANDOM_MODEL:-}
  if [ -z "$random" ]; then
    export SPECDECODE_EXPERIMENTS=1
    swift build -c release --package-path "$ROOT" --product RandomModel >&2
    random=$(swift build -c release --package-path "$ROOT" --show-bin-path)/RandomModel
  fi
  drafters=$trained
  for shape in ${SHAPES:-128x2 256x4 512x4}; do
    folder=$RESULTS/random-$shape
    rm -rf "$folder" "$folder-full"
    "$random" "$folder-full" --d-model "${shape%x*}" --layers "${shape#*x}" \
      --vocabulary "$vocabulary" --seed 7 >&2
    "$PROGRAM" quantize "$folder-full" "$folder" >&2
    rm -rf "$folder-full"
    cp "$trained/tokenizer.json" "$folder/"
    drafters=$drafters,$folder
  done
fi
"$PROGRAM" bench --drafter "$drafters" --draft-tokens "${LENGTHS:-2,auto}" --time-budget "$BUDGET" \
  --output "$RESULTS/drafters.jsonl" --overwrite > "$RESULTS/drafters.txt"
report drafters
