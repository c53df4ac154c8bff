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

# bands of rows shared out as the command line does; no file is touched while the clock runs
STRUN_COMPUTES = """
import os, sys, time
os.environ["OPENBLAS_NUM_THREADS"] = "1"
from jwst.datamodels import LinearityModel, RampModel
from jwst.linearity.coefficients import make_safe
from jwst.linearity.reads import correct_reads
from strun.engine.workers import choose, run
model, reference = RampModel(sys.argv[1]), LinearityModel(sys.argv[2])
data, flags, dq = model.data[0], model.groupdq[0], reference.dq
terms = [reference.coeffs, reference.inv_coeffs]
crew = choose(data.nbytes, heavy=True)._replace(threads=int(sys.argv[3]))
def correct(bands):
    for first in bands:
        rows = slice(first, first + 64)
        safe = [values[:, rows].copy() for values in terms]
        for values in safe:
            make_safe(values, dq[rows])
        correct_reads(data[:, rows], flags[:, rows], *safe, nframes=model.meta.exposure.nframes)
    return {}
started = time.perf_counter()
run(crew, range(0, data.shape[1], 64), correct)
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
        f"{t['jwst'].cpu:.2f}",
        f"{t['ours'].cpu:.2f}",
        "-",
        f"{t['jwst'].wall / t['ours'].wall:.1f}",
        "-",
        f"{t['jwst'].peak:.0f}",
        f"{t['ours'].peak:.0f}",
        "yes" if same else "no",
    ]


def run_reads(work: Work, ours: Environment, oracle: Environment, *, turns: int) -> list[list[str]]:
    """Return the rows of the computation alone, on all cores and on one."""
    words = [str(made(ours, work.make)), str(made(ours, work.reference))]
    jwst = statistics.median(
        float(_output(oracle, JWST_COMPUTES, words)[0]) for _ in range(min(turns, 3))
    )
    rows = []
    for cores in (str(os.cpu_count()), "1"):
        walls = [float(_output(ours, STRUN_COMPUTES, [*words, cores])[0]) for _ in range(turns)]
        wall = statistics.median(walls)
        numbers = [f"{jwst:.2f}", f"{wall:.3f}", "-", "-", "-", f"{jwst / wall:.1f}"]
        label = f"reads of 8 frames, computation, {cores} cores".removesuffix("s" * (cores == "1"))
        rows.append([label, *numbers, "-", "-", "-", "-"])
    return rows
