#!/bin/sh
# Builds and runs kernel_hashes at three optimisation levels, on this machine and, unless it is
# one, on an emulated 64-bit Arm with dot products, and once on one without; fails unless all hashes
# agree with expected-hash.txt.
#
# CC names the compiler: clang, because the kernels use its vector types.
set -eu
cd "$(dirname "$0")"
CC=${CC:-clang}
sources="kernel_hashes.c avxvnni_evex.c ../../Sources/CKernels/*.c"
flags="-std=c17 -Wall -Wextra -Werror -Wno-psabi -I../../Sources/CKernels/include"
output=$(mktemp -d)
trap 'rm -rf "$output"' EXIT

# Kernel, case and hash of each line; the instruction set is left out.
hashes() { awk 'NF == 4 { print $2, $3, $4 }' "$1" | sort -u; }

# check NAME COMMAND...: runs a program and holds its list against the first one's.
check() {
  name=$1
  shift
  if ! "$@" >"$output/$name"; then
    echo "$name: failed" >&2
    exit 1
  fi
  hashes "$output/$name" >"$output/$name.hashes"
  [ -e "$output/first" ] || cp "$output/$name.hashes" "$output/first"
  if ! diff "$output/first" "$output/$name.hashes"; then
    echo "$name: differs" >&2
    exit 1
  fi
  sets=$(awk '$2 == "all" { print $1 }' "$output/$name" | tr '\n' ' ')
  hash=$(tail -n 1 "$output/$name")
  echo "$hash  $name: $sets($(wc -l <"$output/first" | tr -d ' ') cases)"
  if [ "$hash" != "$(cat expected-hash.txt)" ]; then
    echo "$name: not the hash in expected-hash.txt" >&2
    exit 1
  fi
}

machine=$(uname -m)
for level in -O0 -O2 -O3; do
  $CC $flags $level $sources -lm -o "$output/program"
  check "$machine$level" "$output/program"
done

case $machine in
  aarch64 | arm64) exit 0 ;;
esac
for level in -O0 -O2 -O3; do
  $CC --target=aarch64-linux-gnu $flags $level $sources -fuse-ld=lld -lm -o "$output/program"
  check "aarch64-emulated$level" qemu-aarch64 -cpu max -L /usr/aarch64-linux-gnu "$output/program"
done
check aarch64-emulated-a72 qemu-aarch64 -cpu cortex-a72 -L /usr/aarch64-linux-gnu "$output/program"
