#!/bin/sh
# Bits per byte of verifier and drafter on text with noise, and what noise in the prompt does to
# acceptance and speedup.
set -eu
. "$(dirname "$0")/../common.sh"
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-python3}
verifier=${VERIFIER:-$MODELS/verifier}
drafter=${DRAFTER:-$MODELS/drafter}

# Prompts that the models were made for: noise on the others would not show.
grep -E '"category": "(narrative|dialogue|description)"' "$ROOT/Sources/Reporting/Prompts/prompts.jsonl" \
  > "$RESULTS/prompts.jsonl"
"$python" "$here/summary.py" --text < "$RESULTS/prompts.jsonl" > "$RESULTS/text.txt"

noises=${NOISES:-none:0 drop:0.05 drop:0.3 repeat:0.05 repeat:0.3 antspeak:1 uppercase:0.05
  uppercase:0.3 random-case:1 swap:0.05 swap:0.3}
count=$(echo $noises | wc -w)
for noise in $noises; do
  kind=${noise%:*}
  probability=${noise#*:}
  name=$kind-$probability
  "$python" "$here/noise.py" "$kind" "$probability" --text < "${TEXT:-$RESULTS/text.txt}" \
    > "$RESULTS/$name.txt"
  "$python" "$here/noise.py" "$kind" "$probability" < "$RESULTS/prompts.jsonl" \
    > "$RESULTS/$name.prompts.jsonl"
  for model in verifier drafter; do
    eval "folder=\$$model"
    "$PROGRAM" eval "$folder" "$RESULTS/$name.txt" --quiet --json "$RESULTS/$name.$model.json" >/dev/null
  done
  "$PROGRAM" bench --verifier "$verifier" --drafter "$drafter" --draft-tokens auto \
    --prompts "$RESULTS/$name.prompts.jsonl" --max-bytes 128 --repetitions 2 \
    --time-budget "$((BUDGET / count + 1))" --output "$RESULTS/$name.run" \
    --overwrite > /dev/null
  "$PROGRAM" report "$RESULTS/$name.run" --json "$RESULTS/$name.report.json"
done
"$python" "$here/summary.py" "$RESULTS" $noises | tee "$RESULTS/noise.md"
