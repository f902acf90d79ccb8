#!/bin/sh
# What noise in a text does to verifier, drafter and acceptance.
# usage: Experiments/PromptNoise/run.sh OUT TEXT VERIFIER DRAFTER
set -eu
out=${1:?give a folder for the results}
text=${2:?give a text file}
verifier=${3:?give the folder of the verifier}
drafter=${4:?give the folder of the drafter}
here=$(dirname "$0")
program=${SPECDECODE:-.build/release/specdecode}
prompts=$here/../../Sources/Reporting/Prompts/prompts.jsonl
mkdir -p "$out"
for noise in none drop repeat antspeak uppercase random-case swap; do
  head -c "${BYTES:-20000}" "$text" | python3 "$here/noise.py" "$noise" > "$out/$noise.txt"
  python3 "$here/noise.py" "$noise" --prompts < "$prompts" > "$out/$noise-prompts.jsonl"
  for model in verifier drafter; do
    eval "folder=\$$model"
    "$program" eval "$folder" "$out/$noise.txt" --quiet --json "$out/$noise-$model.json" > /dev/null
  done
  "$program" bench --verifier "$verifier" --drafter "$drafter" --draft-tokens 4 \
    --prompts "$out/$noise-prompts.jsonl" --max-bytes 128 --repetitions 3 --target-interval 0 \
    --time-budget 30 --quiet --output "$out/$noise.jsonl" --json "$out/$noise.json" > /dev/null
  echo "$noise" >&2
done
python3 - "$out" <<'PYTHON'
import json, sys
folder = sys.argv[1]
def read(name): return json.load(open(f"{folder}/{name}.json"))
print("| noise | verifier, bits a byte | drafter, bits a byte | acceptance | bytes a round | speedup |")
print("| --- | --- | --- | --- | --- | --- |")
for noise in "none drop repeat antspeak uppercase random-case swap".split():
    verifier, drafter = (read(f"{noise}-{m}")["total"]["bits_per_byte"] for m in ("verifier", "drafter"))
    overall = read(noise)["configurations"][1]["overall"]
    rounds, speedup = overall["rounds"], overall["speedup"]
    print(f"| {noise} | {verifier:.3f} | {drafter:.3f} | {100 * rounds['acceptance_rate']:.1f} % | "
          f"{rounds['bytes_per_round']:.2f} | {speedup['ratio']:.2f} "
          f"[{speedup['interval']['lower']:.2f}, {speedup['interval']['upper']:.2f}] |")
PYTHON
