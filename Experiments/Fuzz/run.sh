#!/bin/sh
# Fuzzes the readers of files for SECONDS each: run.sh SECONDS [READER...]
#
# Builds the library and a harness a reader with the address sanitizer and the coverage of
# libFuzzer, in .build/fuzz. Corpora grow in .build/fuzz/corpus; what fails is left in
# .build/fuzz/findings. Fails when anything was found.
set -eu
cd "$(dirname "$0")/../.."
seconds=${1:?run.sh SECONDS [READER...]}
shift
[ $# -gt 0 ] || set -- safetensors configuration tokenizer archive pickle state prompts benchmark evaluation
here=Experiments/Fuzz
scratch=.build/fuzz

for target in Drafter Reporting; do
  swift build --scratch-path "$scratch" -c release --target $target --sanitize address \
    -Xswiftc -sanitize=fuzzer,address
done
modules=$(swift build --scratch-path "$scratch" -c release --show-bin-path)
# The harnesses see what is `package`, under the name that the library was built with.
package=$(sed -n 's/.*"-package-name","\([^"]*\)".*/\1/p' "$scratch/release.yaml" | head -n 1)

# Memory, if there is such a folder: two harnesses write a file for every input.
parent=${TMPDIR:-/tmp}
[ ! -w /dev/shm ] || parent=/dev/shm
FUZZ_FOLDER=$(mktemp -d "$parent/fuzz.XXXXXX")
export FUZZ_FOLDER
trap 'rm -rf "$FUZZ_FOLDER"' EXIT
# An unpacked backtrace of each finding would take minutes; the sanitizer prints one.
export SWIFT_BACKTRACE=enable=no
# Foundation leaks a few bytes for each regular expression that it refuses.
export ASAN_OPTIONS="detect_leaks=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}"

# build SOURCE...: a harness.
build() {
  swiftc -O -parse-as-library -sanitize=fuzzer,address -package-name "$package" \
    -I "$modules/Modules" -Xcc "-fmodule-map-file=$modules/CKernels.build/module.modulemap" \
    -use-ld=lld "$here/FuzzInput.swift" "$@" "$modules"/*.build/*.o -o "$scratch/$reader"
}

# header FILE: the data's size and the JSON of a safetensors file.
header() {
  length=$(od -An -tu8 -N8 "$1" | tr -d ' ')
  echo $(($(wc -c <"$1") - 8 - length))
  tail -c +9 "$1" | head -c "$length"
}

# pickle FILE: the pickle of a PyTorch file, also of one whose checksums are zero.
pickle() { unzip -p "$1" '*/data.pkl' 2>/dev/null || true; }

# seed FILTER FILE...: files, or what FILTER makes of them, as the first corpus.
seed() {
  filter=$1
  shift
  for file; do
    "$filter" "$file" >"$corpus/seed-$(echo "$file" | tr '/' '-')"
  done
}

status=0
for reader; do
  corpus=$scratch/corpus/$reader
  findings=$scratch/findings/$reader
  mkdir -p "$corpus" "$findings"
  rm -f "$FUZZ_FOLDER"/*
  set -- -max_len=16384
  case $reader in
    safetensors)
      build "$here/FuzzSafetensors.swift"
      seed header Tests/*/Fixtures/*/*.safetensors
      set -- "$@" "-dict=$here/json.dict"
      ;;
    configuration)
      build "$here/FuzzConfiguration.swift"
      seed cat Tests/*/Fixtures/*/config.json
      cp Tests/MambaTests/Fixtures/hf-f32/model.safetensors "$FUZZ_FOLDER"
      set -- "$@" "-dict=$here/json.dict"
      ;;
    tokenizer)
      build "$here/FuzzTokenizer.swift"
      seed cat "$here"/Seeds/byte-level.json "$here"/Seeds/split.json
      set -- "$@" "-dict=$here/json.dict"
      ;;
    archive | pickle)
      echo '{}' >"$FUZZ_FOLDER/config.json"
      case $reader in
        archive)
          build "$here/FuzzArchive.swift" "$here/TorchInput.swift"
          seed cat Tests/CheckpointTests/Fixtures/pytorch/*.bin
          ;;
        pickle)
          build "$here/FuzzPickle.swift" "$here/TorchInput.swift" "$here/StoredArchive.swift"
          for name in complex float8 linear module nested protocol4 unchecked views; do
            seed pickle Tests/CheckpointTests/Fixtures/pytorch/$name.bin
          done
          ;;
      esac
      ;;
    state)
      build "$here/FuzzState.swift"
      seed cat "$here"/Seeds/*.state
      cp Tests/MambaTests/Fixtures/hf-f32/*.safetensors Tests/MambaTests/Fixtures/hf-f32/config.json \
        "$FUZZ_FOLDER"
      ;;
    prompts)
      build "$here/FuzzPrompts.swift"
      seed cat "$here"/Seeds/*.jsonl
      set -- "$@" "-dict=$here/json.dict"
      ;;
    benchmark)
      build "$here/FuzzBenchmark.swift"
      seed cat docs/benchmark-example.jsonl
      set -- -max_len=262144 "-dict=$here/json.dict"
      ;;
    evaluation)
      build "$here/FuzzEvaluation.swift"
      seed cat "$here"/Seeds/evaluation.json
      set -- "$@" "-dict=$here/json.dict"
      ;;
    *)
      echo "$reader: no such reader" >&2
      exit 64
      ;;
  esac
  "$scratch/$reader" "$corpus" "-max_total_time=$seconds" -timeout=600 -rss_limit_mb=2048 \
    "-artifact_prefix=$findings/" -print_final_stats=1 "$@" >"$scratch/$reader.log" 2>&1 ||
    { status=1; echo "$reader: found something; see $scratch/$reader.log and $findings"; }
  awk -v reader="$reader" '
    /cov: / { for (i = 1; i < NF; i++) if ($i == "cov:") coverage = $(i + 1) }
    /^stat::number_of_executed_units/ { units = $2 }
    END { print reader ": " units " executions, " coverage " edges" }' "$scratch/$reader.log"
done
exit $status
