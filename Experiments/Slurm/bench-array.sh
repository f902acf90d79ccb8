#!/bin/sh
# One task of a job array: a shard of a benchmark.
#
#   sbatch --array=1-4 bench-array.sh OUTPUT-FOLDER [OPTIONS OF bench]
#
# PROGRAM names the executable; it and the folder must be seen by every node.
#SBATCH --job-name=specdecode-bench
#SBATCH --cpus-per-task=1
#SBATCH --output=%x-%A-%a.log
set -eu
: "${SLURM_ARRAY_TASK_ID:?run me with sbatch --array=1-N}"
folder=${1:?a folder for the results}
shift
if [ "$SLURM_ARRAY_TASK_MIN" != 1 ] || [ "$SLURM_ARRAY_TASK_COUNT" != "$SLURM_ARRAY_TASK_MAX" ]; then
  echo "the array must be 1-N, for it is cut into as many shards" >&2
  exit 64
fi
mkdir -p "$folder"
output=$folder/shard-$SLURM_ARRAY_TASK_ID-of-$SLURM_ARRAY_TASK_COUNT.jsonl
# A task that is queued again continues what it has.
"${PROGRAM:-specdecode}" bench "$@" --quiet --threads "${SLURM_CPUS_PER_TASK:-1}" \
  --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" --output "$output" --append
