#!/bin/sh
# A benchmark as a job array, then its report: both wait in the queue, the report for all shards.
#
#   run.sh OUTPUT-FOLDER SHARDS [OPTIONS OF bench]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:?a folder for the results}
shards=${2:?how many shards}
shift 2
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
PROGRAM=${PROGRAM:-specdecode}
export PROGRAM
array=$(sbatch --parsable --array="1-$shards" --output="$folder/shard-%a.log" \
  "$here/bench-array.sh" "$folder" "$@")
# Shards that failed are no reason to have no report: it says which are missing.
sbatch --wait --dependency="afterany:$array" --job-name=specdecode-report \
  --output="$folder/report.log" \
  --wrap="'$PROGRAM' report '$folder' --html '$folder/report.html' --markdown '$folder/report.md'"
sed -n '1,/^## /p' "$folder/report.md"
