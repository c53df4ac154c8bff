#!/bin/sh
# One call of strun for each exposure of a folder.
#
#     loop.sh STEP FOLDER OUT [OPTIONS OF strun]
#     loop.sh dq_init raw products --override_mask mask.fits
#
# `strun STEP FOLDER --glob '*_uncal.fits' --output_dir OUT` does the same in one process, and much
# faster for small files. A loop is for when each exposure needs options of its own.
set -eu
step=$1 folder=$2 out=$3
shift 3

failed=0
for exposure in "$folder"/*_uncal.fits; do
    # --resume: what is there, whole and the same, is not made again when the loop is started again
    strun "$step" "$exposure" --output_dir "$out" --resume --quiet "$@" || failed=$((failed + 1))
done

[ "$failed" -eq 0 ] || echo "$failed exposures failed" >&2
[ "$failed" -eq 0 ]
