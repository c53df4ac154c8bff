#!/bin/sh
# Calls of strun by GNU parallel, on this machine or on several that see the same disks.
#
#     gnu_parallel.sh STEP FOLDER OUT [OPTIONS OF strun]
#     PARALLEL='--sshlogin node1,node2' gnu_parallel.sh dq_init /data/raw /data/products
#
# On one machine `strun -j auto` does this without GNU parallel, and chooses the number of workers
# by the memory that they will need.
set -eu
step=$1 folder=$2 out=$3
shift 3

# each call takes up to 50 exposures, since a call costs a start of Python; names may hold anything
find "$folder" -name '*_uncal.fits' -print0 | sort -z |
    parallel --null --max-args 50 --quote \
        strun "$step" --output_dir "$out" --resume --quiet "$@"
