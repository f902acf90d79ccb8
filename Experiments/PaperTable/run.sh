#!/bin/sh
# The acceptance rule of the MambaByte paper beside the exact one, both with 3 tokens a round.
set -eu
. "$(dirname "$0")/../common.sh"
"$PROGRAM" bench --draft-tokens 3 --acceptance exact --time-budget "$((BUDGET / 2))" \
  --output "$RESULTS/exact.jsonl" > "$RESULTS/exact.txt"
"$PROGRAM" bench --draft-tokens 3 --acceptance top-beta --beta 3 --resync boundary \
  --time-budget "$((BUDGET / 2))" --output "$RESULTS/top-beta.jsonl" > "$RESULTS/top-beta.txt"
"$PROGRAM" report "$RESULTS/exact.jsonl" "$RESULTS/top-beta.jsonl" --html "$RESULTS/table.html" \
  --markdown "$RESULTS/table.md"
sed -n '1,/^## exact/p' "$RESULTS/table.md"
