# What the scripts of experiments share: sourced, not run.
#
#   ROOT      the project
#   PROGRAM   the executable: built in release unless the environment names one
#   RESULTS   where results go: the script's first argument, or results/ of the experiment (which
#             Git ignores)
ROOT=$(cd "$(dirname "$0")/../.." && pwd)
RESULTS=${1:-$(cd "$(dirname "$0")" && pwd)/results}
mkdir -p "$RESULTS"
RESULTS=$(cd "$RESULTS" && pwd)
if [ -z "${PROGRAM:-}" ]; then
  swift build -c release --package-path "$ROOT" --product specdecode >&2
  PROGRAM=$(swift build -c release --package-path "$ROOT" --show-bin-path)/specdecode
fi
# Seconds that an experiment may measure.
BUDGET=${BUDGET:-60}
MODELS=${SPECDECODE_MODELS:-$ROOT/Sources/BundledModels/Models}

# report NAME: the report of NAME.jsonl as NAME.md and NAME.html.
report() {
  "$PROGRAM" report "$RESULTS/$1.jsonl" --html "$RESULTS/$1.html" --markdown "$RESULTS/$1.md"
  echo "$RESULTS/$1.md"
}
