#!/usr/bin/env bash
# Kernels and whole models on a GPU against the processor, and their times: run.sh [OUTPUT].
set -euo pipefail
cd "$(dirname "$0")/../.."
output=${1:-cuda.txt}
check() { timeout 600 .build/release/CudaCheck "$@"; }

{
  git rev-parse HEAD
  nvidia-smi --query-gpu=name,driver_version,clocks.max.sm --format=csv,noheader
  Experiments/Cuda/compile.sh --check && echo "the committed kernels are those of the source"
  swift build -c release --product CudaCheck >&2
  check ragged --models 40 --seed 1
  check ragged --models 10 --seed 2 --architecture 75
  check full
  check speed
  if command -v compute-sanitizer > /dev/null; then
    compute-sanitizer --tool memcheck .build/release/CudaCheck ragged --models 1 --seed 3
    compute-sanitizer --tool racecheck .build/release/CudaCheck ragged --models 1 --seed 4
  fi
} 2>&1 | tee "$output"
