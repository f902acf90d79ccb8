#!/bin/sh
# The acceptance rule of the MambaByte paper beside the exact one, both with 3 tokens a round.
set -eu
. "$(dirname "$0")/../common.sh"
"$PROGRAM" bench --draft-tokens 3 --acceptance "${RULES:-exact,top-beta:3:boundary}" \
  --time-budget "$BUDGET" --output "$RESULTS/table.jsonl" --overwrite > "$RESULTS/table.txt"
report table
