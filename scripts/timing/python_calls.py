"""Rows of the table: the same lines of Python in both environments."""

from __future__ import annotations

import os
import statistics
import sys

from parity.environments import Environment

from timing.processes import Timing, made, measure
from timing.works import Work

CALL = """
import sys
from jwst.linearity import LinearityStep
result = LinearityStep.call(sys.argv[1], override_linearity=sys.argv[2])
"""

DIGEST = """
import hashlib
for values in (result.data, result.pixeldq, result.groupdq):
    print(hashlib.sha256(values.astype(values.dtype.newbyteorder("<")).tobytes()).hexdigest())
"""

# reading, opening and writing are left out: what remains is nearly stcal alone
JWST_COMPUTES = """
import sys, time
from jwst.linearity.linearity import do_correction
from stdatamodels.jwst.datamodels import LinearityModel, RampModel
model, reference = RampModel(sys.argv[1]), LinearityModel(sys.argv[2])
model.data, model.pixeldq, model.groupdq, reference.coeffs, reference.dq, reference.inv_coeffs
started = time.perf_counter()
do_correction(model, reference)
print(time.perf_counter() - started)
"""

# from file to file: a block is corrected between its reading and its writing
STRUN_COMPUTES = """
import os, sys, time
if sys.argv[4] == "1":
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
os.environ["OPENBLAS_NUM_THREADS"] = "1"
from jwst.linearity import LinearityStep
from jwst.stpipe.running import run_on_file
step = LinearityStep(override_linearity=sys.argv[2], output_dir=sys.argv[3])
started = time.perf_counter()
run_on_file(step, sys.argv[1], may_fork=True)
print(time.perf_counter() - started)
"""


def _output(environment: Environment, code: str, words: list[str]) -> list[str]:
    done = environment.run([environment.program("python"), "-c", code, *words])
    if done.returncode:
        sys.exit(done.stderr)
    return list(done.stdout.split())


def run_call(work: Work, ours: Environment, oracle: Environment, *, turns: int) -> list[str]:
    """Return the row of a step called from Python, result in memory."""
    words = [str(made(ours, work.make)), str(made(ours, work.reference))]
    timings = {name: Timing() for name in ("ours", "jwst")}
    for _ in range(turns):
        for name, environment in (("ours", ours), ("jwst", oracle)):
            command = [environment.program("python"), "-c", CALL, *words]
            measure(command, environment.variables, timings[name])
    same = _output(ours, CALL + DIGEST, words) == _output(oracle, CALL + DIGEST, words)
    t = timings
    size = os.path.getsize(words[0]) / 1e6
    return [
        f"`LinearityStep.call`, arrays of {size:.0f} MB",
        f"{t['jwst'].wall:.2f}",
        f"{t['ours'].wall:.3f}",
        "-",
        f"{t['jwst'].wall / t['ours'].wall:.1f}",
        "-",
        f"{t['jwst'].peak:.0f}",
        f"{t['ours'].peak:.0f}",
        "yes" if same else "no",
    ]


def run_reads(work: Work, ours: Environment, oracle: Environment, *, turns: int) -> list[list[str]]:
    """Return the rows of the computation alone, on all cores and on one."""
    words = [str(made(ours, work.make)), str(made(ours, (KINDS[work.step], *work.reference[1:])))]
    jwst = float(_output(oracle, JWST_COMPUTES, words)[0])
    rows = []
    for cores, label in (("all", f"{os.cpu_count()} cores"), ("1", "one core")):
        out = [str(emptied(WORK / "ours")), cores]
        walls = [float(_output(ours, STRUN_COMPUTES, words + out)[0]) for _ in range(turns)]
        wall = statistics.median(walls)
        numbers = [f"{jwst:.2f}", f"{wall:.3f}", "-", f"{jwst / wall:.1f}"]
        rows.append([f"reads of 8 frames, computation, {label}", *numbers, "-", "-", "-", "-"])
    return rows
