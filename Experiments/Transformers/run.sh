#!/bin/sh
# Converts every fixture with each --dtype, and holds the logits of Hugging Face transformers
# against those of `specdecode logits`; fails unless all agree to 1e-3.
#
# PYTHON names the Python to make the virtual environment with (3.11 or later).
set -eu
cd "$(dirname "$0")"
root=../..
environment=.venv

if [ ! -x "$environment/bin/python" ]; then
  "${PYTHON:-python3}" -m venv "$environment"
  "$environment/bin/pip" install --quiet --requirement requirements.txt
fi
swift build --package-path "$root" -c release --product specdecode >&2
program=$(swift build --package-path "$root" -c release --show-bin-path)/specdecode

output=$(mktemp -d)
trap 'rm -rf "$output"' EXIT
# The class for LayerNorm is copied into this cache by transformers.
HF_HOME="$output/cache" HF_HUB_OFFLINE=1 \
  "$environment/bin/python" compare.py "$program" "$output" "$root"/Tests/MambaTests/Fixtures/*
