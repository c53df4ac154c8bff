#!/bin/bash
# An array of SLURM jobs; each takes its share of a list of exposures.
#
#     find /data/raw -name '*_uncal.fits' > exposures.txt
#     sbatch slurm_array.sh dq_init exposures.txt /data/products --override_mask mask.fits
#
# Started again after a time limit or a lost node, it goes on where it was.
#SBATCH --job-name=strun
#SBATCH --array=0-9
#SBATCH --cpus-per-task=4
#SBATCH --mem=4G
#SBATCH --time=01:00:00
# SIGTERM a minute before the end: strun removes what it was writing and prints its summary
#SBATCH --signal=TERM@60
set -euo pipefail
step=$1 list=$2 out=$3
shift 3

task=${SLURM_ARRAY_TASK_ID:?start it with sbatch}
tasks=${SLURM_ARRAY_TASK_COUNT:?start it with sbatch}
mkdir -p "$out"

# every tasks-th line: neighbours in a list are of like size
share=$(mktemp)
trap 'rm -f "$share"' EXIT
awk -v n="$tasks" -v i="$task" 'NR % n == i' "$list" > "$share"

# products and journal may be shared by all tasks: lines are added whole
strun "$step" "@$share" --output_dir "$out" --resume \
    --jobs auto --max-memory "${SLURM_MEM_PER_NODE:-4000}M" \
    --summary "$out/summary-$task.json" "$@"
