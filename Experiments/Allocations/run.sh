#!/bin/sh
# Counts the allocations of `specdecode run` at 1,000 and at 11,000 bytes and prints the difference:
# what 10,000 bytes of decoding allocate. Fails when that is more than one in ten bytes.
set -eu
cd "$(dirname "$0")/../.."
CC=${CC:-clang}
swift build -c release --product specdecode
program=$(swift build -c release --show-bin-path)/specdecode
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
$CC -O1 -std=c17 -shared -fPIC Experiments/Allocations/count_allocations.c -o "$work/count.so"

# allocations BYTES ARGUMENTS...
allocations() {
  bytes=$1
  shift
  LD_PRELOAD="$work/count.so" "$program" run --max-bytes "$bytes" --no-baseline --json - "$@" \
    2>&1 >/dev/null | awk '/^allocations/ { print $2 }'
}

status=0
for tokens in 0 6 auto; do
  for temperature in 0 0.7; do
    set -- --draft-tokens $tokens --temperature $temperature
    count=$(($(allocations 11000 "$@") - $(allocations 1000 "$@")))
    echo "draft tokens $tokens, temperature $temperature: $count allocations in 10,000 bytes"
    [ "$count" -le 1000 ] || status=1
  done
done
exit $status
