"""Rows of the table: whole commands, in turns with those of jwst."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from parity.environments import CHECKOUT, Environment
from parity.steps import STEPS

from timing.processes import START, WORK, Timing, emptied, made, measure
from timing.works import Work


def compared(environment: Environment, one: Path, other: Path) -> list[str]:
    """Return how the products in two folders differ.

    In another process: a child's peak memory counts that of the process that started it, so this
    one stays small.
    """
    code = (
        "import sys; from pathlib import Path; from parity.products import compare_all; "
        "print(*compare_all(*(sorted(Path(f).iterdir()) for f in sys.argv[1:])), sep='\\n')"
    )
    command = [environment.program("python"), "-c", code, str(one), str(other)]
    done = environment.run(command, cwd=CHECKOUT / "scripts")
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout.split("\n")[:-1] if done.stdout.strip() else []


def run_work(work: Work, ours: Environment, oracle: Environment, *, turns: int) -> list[str]:
    """Return the row of a step."""
    exposure = made(ours, work.make)
    reference = made(ours, work.reference)
    override = f"--override_{work.reference[0]}={reference}"
    words = [STEPS[work.step].class_path, str(exposure), override]
    return run_words(work.name, words, exposure, ours, oracle, turns=turns, slow=work.slow)


def run_words(
    name: str,
    words: list[str],
    exposure: Path,
    ours: Environment,
    oracle: Environment | None,
    *,
    turns: int,
    slow: bool,
    fresh: bool = False,
) -> list[str]:
    """
    Return a row of the table: jwst, ours, cp, ratios, peaks, and whether products agree.

    Without the environment of jwst, ours alone is timed. What the package keeps from run to run
    is there, unless `fresh`.
    """
    timings = {name: Timing() for name in ("jwst", "ours", "cp", "start")}
    python = ours.program("python")
    start = [python, "-c", START]
    kept = WORK / "cache"
    ours_out, jwst_out = WORK / "ours", WORK / "jwst"
    variables = {**ours.variables, "XDG_CACHE_HOME": str(kept)}
    command = [ours.program("strun"), *words, f"--output_dir={ours_out}"]
    if not fresh:
        emptied(ours_out)
        measure(command, variables, Timing())
    for turn in range(turns):
        emptied(ours_out)
        if fresh:
            emptied(kept)
        measure(command, variables, timings["ours"])
        copy = WORK / "copy"
        copy.unlink(missing_ok=True)
        measure(["/bin/cp", str(exposure), str(copy)], {}, timings["cp"])
        measure(start, {}, timings["start"])
        if oracle is not None and (turn < 3 or not slow):
            theirs = [oracle.program("strun"), *words, f"--output_dir={emptied(jwst_out)}"]
            measure(theirs, oracle.variables, timings["jwst"])
    differences = [] if oracle is None else compared(ours, ours_out, jwst_out)
    for line in differences:
        print(f"    {line}", file=sys.stderr)
    t = timings
    floor = t["cp"].wall + t["start"].wall
    lone = oracle is None
    return [
        name,
        "-" if lone else f"{t['jwst'].wall:.2f}",
        f"{t['ours'].wall:.3f}",
        "-" if lone else f"{t['jwst'].cpu:.2f}",
        f"{t['ours'].cpu:.2f}",
        f"{t['cp'].wall:.3f}",
        "-" if lone else f"{t['jwst'].wall / t['ours'].wall:.1f}",
        f"{t['ours'].wall / floor:.2f}",
        "-" if lone else f"{t['jwst'].peak:.0f}",
        f"{t['ours'].peak:.0f}",
        "-" if lone else "no" if differences else "yes",
    ]


def run_many(
    name: str,
    words: list[str],
    exposure: Path,
    one: list[str],
    ours: Environment,
    *,
    turns: int,
    count: int,
) -> list[str]:
    """Return the row of many copies of an exposure in one call, against as many calls of jwst.

    `words` are a step and its options; `one` is the row of a single exposure.
    """
    folder = emptied(WORK / "many")
    copies = [folder / f"exposure{number}_uncal.fits" for number in range(count)]
    for copy in copies:
        shutil.copy(exposure, copy)
    many, start = Timing(), Timing()
    inputs = [words[0], *map(str, copies), *words[1:]]
    variables = {**ours.variables, "XDG_CACHE_HOME": str(WORK / "cache")}
    for _ in range(turns):
        command = [ours.program("strun"), *inputs, f"--output_dir={emptied(WORK / 'ours')}"]
        measure(command, variables, many)
        measure([ours.program("python"), "-c", START], {}, start)
    jwst = count * float(one[1])
    each = f"{1000 * (many.wall - start.wall) / count:.1f} ms each"
    return [
        name,
        f"{jwst:.0f} ({count} calls)",
        f"{many.wall:.3f}",
        f"{count * float(one[3]):.0f}",
        f"{many.cpu:.2f}",
        "-",
        f"{jwst / many.wall:.0f}",
        each,
        one[8],
        f"{many.peak:.0f}",
        "-",
    ]


def run_help(ours: Environment, oracle: Environment, *, turns: int) -> list[str]:
    """Return the row of `strun STEP -h`."""
    timings = {name: Timing() for name in ("jwst", "ours", "start")}
    words = [STEPS["dq_init"].class_path, "-h"]
    start = [ours.program("python"), "-c", "import click, configobj"]
    for _ in range(turns):
        measure([ours.program("strun"), *words], ours.variables, timings["ours"])
        measure(start, {}, timings["start"])
        measure([oracle.program("strun"), *words], oracle.variables, timings["jwst"])
    t = timings
    ratio, floor = t["jwst"].wall / t["ours"].wall, t["ours"].wall / t["start"].wall
    numbers = [f"{t['jwst'].wall:.2f}", f"{t['ours'].wall:.3f}"]
    numbers += [f"{t['jwst'].cpu:.2f}", f"{t['ours'].cpu:.2f}", "-"]
    numbers += [f"{ratio:.1f}", f"{floor:.2f}", f"{t['jwst'].peak:.0f}", f"{t['ours'].peak:.0f}"]
    return ["`strun STEP -h`", *numbers, "-"]
