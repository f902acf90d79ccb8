#!/bin/sh
# The speedup experiments, one after another, and their reports. Cheap by default: the pair that comes
# along, five minutes of measuring in all.
#
#   Experiments/run-all.sh [FOLDER] [SECONDS]
#
# FOLDER (results/ here) gets a folder an experiment and index.md with the tables of all. SECONDS (300)
# is the measuring time of all together; reading models and building come on top. ONLY="a b" runs some.
# Exits with 1 if an experiment failed; the others are run all the same.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "${1:-$here/results}"
folder=$(cd "${1:-$here/results}" && pwd)
seconds=${2:-300}
case $seconds in
  '' | *[!0-9]*) echo "SECONDS cannot be \"$seconds\"; give a whole number" >&2; exit 64 ;;
esac
experiments=${ONLY:-DraftLengthSweep DrafterSizes WindowCost NoisyPrompts PaperTable}
count=$(echo $experiments | wc -w)
# WindowCost runs twice, for one thread and for two.
BUDGET=$((seconds / (count + 1)))
[ "$BUDGET" -ge 2 ] || BUDGET=2
export BUDGET
if [ -z "${PROGRAM:-}" ]; then
  swift build -c release --package-path "$here/.." --product specdecode >&2
  PROGRAM=$(swift build -c release --package-path "$here/.." --show-bin-path)/specdecode
  export PROGRAM
fi
status=0
index=$folder/index.md
{
  echo "# Experiments"
  echo
  echo "$(date -u +%Y-%m-%dT%H:%MZ), commit $(git -C "$here" rev-parse --short HEAD 2>/dev/null || echo unknown), $BUDGET seconds an experiment."
} > "$index"
for experiment in $experiments; do
  echo "== $experiment" >&2
  if "$here/$experiment/run.sh" "$folder/$experiment" > "$folder/$experiment.log" 2>&1; then
    printf '\n## %s\n' "$experiment" >> "$index"
    for table in "$folder/$experiment"/*.md; do
      # The head of each report: what matters most, and the table of configurations.
      printf '\n' >> "$index"
      awk '/^## / { sections += 1 } sections < 2 { sub(/^# /, "### "); sub(/^## /, "#### "); print }' \
        "$table" >> "$index"
    done
  else
    echo "$experiment failed; see $folder/$experiment.log" >&2
    printf '\n## %s\n\nIt failed.\n' "$experiment" >> "$index"
    status=1
  fi
done
echo "$index"
exit $status
