#!/bin/sh
# Runs the tests under the thread sanitizer, then under the address sanitizer:
# run.sh [SANITIZER...] [-- ARGUMENT OF swift test...]
#
# Each has an optimised build of its own in .build/sanitizers: unoptimised, the tests take ten times
# as long. Fails when a test does or a sanitizer reports.
set -eu
cd "$(dirname "$0")/../.."
sanitizers=
while [ $# -gt 0 ] && [ "$1" != -- ]; do
  sanitizers="$sanitizers $1"
  shift
done
[ $# -eq 0 ] || shift

# A report ends the process that it is about, also when a test has started it.
export TSAN_OPTIONS="halt_on_error=1:exitcode=66${TSAN_OPTIONS:+:$TSAN_OPTIONS}"
# Swift's runtime keeps what lives as long as the process: that is no leak.
export ASAN_OPTIONS="detect_leaks=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}"

for sanitizer in ${sanitizers:-thread address}; do
  echo "== $sanitizer"
  build=$PWD/.build/sanitizers/$sanitizer
  shim=
  if [ "$sanitizer $(uname)" = "thread Linux" ]; then
    shim=$build.mutex.o
    mkdir -p "$PWD/.build/sanitizers"
    "${CC:-clang}" -O1 -Wall -Wextra -Werror -c Experiments/Sanitizers/mutex.c -o "$shim"
  fi
  swift test -c release --scratch-path "$build" --sanitize "$sanitizer" ${shim:+-Xlinker "$shim"} "$@"
done
