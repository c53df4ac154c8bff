#!/bin/bash
# A Dask cluster inside one SLURM allocation: a scheduler, a worker in each task, and one batch.
#
#     sbatch dask_slurm.sh dq_init exposures.txt /data/products --override_mask mask.fits
#
# Needs the extra `dask` (pip install 'strun[dask]'). For a cluster that grows and shrinks with the
# work, dask-jobqueue can start the workers instead:
#
#     from dask_jobqueue import SLURMCluster
#     cluster = SLURMCluster(cores=1, memory="2GB", scheduler_options={...})
#     cluster.adapt(maximum=100)
#     jwst.batch.run(step, inputs, scheduler=cluster.scheduler_address)
#SBATCH --job-name=strun-dask
#SBATCH --ntasks=16
#SBATCH --mem-per-cpu=2G
#SBATCH --time=02:00:00
set -euo pipefail
step=$1 list=$2 out=$3
shift 3

# all nodes must see this folder; the scheduler writes its address into it
mkdir -p "$out"
file="$PWD/scheduler-${SLURM_JOB_ID:?start it with sbatch}.json"
trap 'kill $(jobs -p) 2> /dev/null || true; wait; rm -f "$file"' EXIT

dask scheduler --port 0 --no-dashboard --scheduler-file "$file" &
until [ -s "$file" ]; do sleep 0.2; done

# one thread a worker: a worker that is lost takes one exposure with it, which another then does
srun dask worker --nthreads 1 --no-dashboard --scheduler-file "$file" &

strun "$step" "@$list" --output_dir "$out" --resume --scheduler "$file" \
    --summary "$out/summary.json" "$@"
