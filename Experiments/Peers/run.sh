#!/usr/bin/env bash
# Builds llama.cpp and this project, makes the same models for both, and measures them in turn.
#
#   Experiments/Peers/run.sh [CACHE [OPTIONS OF compare.py]]
#
# Everything is made in CACHE (about 7 GB), a folder outside the tree; what is there is used again.
# Needs a C++ compiler, cmake, ninja (Debian: cmake ninja-build), python3 with venv, and Swift.
set -euo pipefail
export PYTHONDONTWRITEBYTECODE=1
here=$(cd "$(dirname "$0")" && pwd)

case ${1:-} in
  '' | -*) cache=${TMPDIR:-/tmp}/specdecode-peers ;;
  *) cache=$1 && shift ;;
esac
mkdir -p "$cache"
cache=$(cd "$cache" && pwd)
cd "$here/../.."
package=$(sed -n 's/^# \(llama-cpp-python==.*\)/\1/p' "$here/requirements.txt")

if ! [ -e "$cache/venv/done" ]; then
  python3 -m venv "$cache/venv"
  "$cache/venv/bin/pip" install --quiet --requirement "$here/requirements.txt"
  touch "$cache/venv/done"
fi

source=$cache/source/$package
if ! [ -e "$source/done" ]; then
  mkdir -p "$source"
  "$cache/venv/bin/pip" download --quiet --no-deps --no-binary llama-cpp-python \
    --dest "$source" "$package"
  tar -xzf "$source"/*.tar.gz --strip-components 1 -C "$source"
  touch "$source/done"
fi

nice -n 19 cmake -S "$here" -B "$cache/build" -G Ninja -DCMAKE_BUILD_TYPE=Release \
  -DLLAMA_SOURCE="$source/vendor/llama.cpp" >"$cache/cmake.log"
nice -n 19 cmake --build "$cache/build" --target llama_driver >"$cache/build.log"
export SPECDECODE_EXPERIMENTS=1
for product in specdecode RandomModel DecodingSpeed; do
  nice -n 19 swift build -c release --product "$product" >&2
done

"$cache/venv/bin/python" "$here/compare.py" --cache "$cache" \
  --tools "$(swift build -c release --show-bin-path)" --driver "$cache/build/llama_driver" \
  --llama-version "$package" --json "$cache/peers.json" "$@" | tee "$cache/peers.md"
