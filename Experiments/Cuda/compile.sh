#!/usr/bin/env bash
# Compiles the GPU kernels: Experiments/Cuda/compile.sh [--check]. Needs Python with pip, no GPU.
set -euo pipefail
cd "$(dirname "$0")"
# The oldest of CUDA 12: its PTX is read by every driver of CUDA 12 and later.
version=12.0.140
tools=${CUDA_TOOLS:-${TMPDIR:-/tmp}/specdecode-nvrtc-$version}
[ -d "$tools" ] || python3 -m pip install -q --no-deps --target "$tools" \
  "nvidia-cuda-nvrtc-cu12==$version"
python3 compile.py "$tools/nvidia/cuda_nvrtc/lib/libnvrtc.so.12" "$@"
