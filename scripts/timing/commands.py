"""Rows of the table: whole commands, in turns with those of jwst."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from parity.environments import CHECKOUT, Environment

from timing.processes import START, WORK, Timing, emptied, made, measure
from timing.works import CLASSES, KINDS, Work, works


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
    words = [CLASSES[work.step], str(exposure), f"--override_{KINDS[work.step]}={reference}"]
    return run_words(work.name, words, exposure, ours, oracle, turns=turns, slow=work.slow)


def run_words(
    name: str,
    words: list[str],
    exposure: Path,
    ours: Environment,
    oracle: Environment,
    *,
    turns: int,
    slow: bool,
) -> list[str]:
    """Return a row of the table: jwst, ours, cp, ratios, peaks, and whether products agree."""
    timings = {name: Timing() for name in ("jwst", "ours", "cp", "start")}
    python = ours.program("python")
    start = [python, "-c", START]
    for turn in range(turns):
        ours_out, jwst_out = emptied(WORK / "ours"), WORK / "jwst"
        command = [ours.program("strun"), *words, f"--output_dir={ours_out}"]
        measure(command, ours.variables, timings["ours"])
        copy = WORK / "copy"
        copy.unlink(missing_ok=True)
        measure(["/bin/cp", str(exposure), str(copy)], {}, timings["cp"])
        measure(start, {}, timings["start"])
        if turn < 3 or not slow:
            command = [oracle.program("strun"), *words, f"--output_dir={emptied(jwst_out)}"]
            measure(command, oracle.variables, timings["jwst"])
    differences = compared(ours, ours_out, jwst_out)
    for line in differences:
        print(f"    {line}", file=sys.stderr)
    t = timings
    floor = t["cp"].wall + t["start"].wall
    return [
        name,
        f"{t['jwst'].wall:.2f}",
        f"{t['ours'].wall:.3f}",
        f"{t['cp'].wall:.3f}",
        f"{t['jwst'].wall / t['ours'].wall:.1f}",
        f"{t['ours'].wall / floor:.2f}",
        f"{t['jwst'].peak:.0f}",
        f"{t['ours'].peak:.0f}",
        "no" if differences else "yes",
    ]


def run_many(one: list[str], ours: Environment, *, turns: int, count: int = 100) -> list[str]:
    """Return the row of many small exposures in one call, against as many calls of jwst."""
    small = made(ours, works(quick=True)[-1].make)
    reference = made(ours, (KINDS["linearity"], "nircam_image"))
    folder = emptied(WORK / "many")
    copies = [folder / f"exposure{number}.fits" for number in range(count)]
    for copy in copies:
        shutil.copy(small, copy)
    many, start = Timing(), Timing()
    words = [CLASSES["linearity"], *map(str, copies), f"--override_linearity={reference}"]
    for _ in range(turns):
        command = [ours.program("strun"), *words, f"--output_dir={emptied(WORK / 'ours')}"]
        measure(command, ours.variables, many)
        measure([ours.program("python"), "-c", START], {}, start)
    jwst = count * float(one[1])
    numbers = [f"{jwst:.0f} ({count} calls)", f"{many.wall:.3f}", "-", f"{jwst / many.wall:.0f}"]
    each = f"{1000 * (many.wall - start.wall) / count:.1f} ms each"
    return [f"linearity, {count} small exposures", *numbers, each, one[6], f"{many.peak:.0f}", "-"]


def run_help(ours: Environment, oracle: Environment, *, turns: int) -> list[str]:
    """Return the row of `strun STEP -h`."""
    timings = {name: Timing() for name in ("jwst", "ours", "start")}
    words = [CLASSES["dq_init"], "-h"]
    start = [ours.program("python"), "-c", "import click, configobj"]
    for _ in range(turns):
        measure([ours.program("strun"), *words], ours.variables, timings["ours"])
        measure(start, {}, timings["start"])
        measure([oracle.program("strun"), *words], oracle.variables, timings["jwst"])
    t = timings
    ratio, floor = t["jwst"].wall / t["ours"].wall, t["ours"].wall / t["start"].wall
    numbers = [f"{t['jwst'].wall:.2f}", f"{t['ours'].wall:.3f}", "-"]
    numbers += [f"{ratio:.1f}", f"{floor:.2f}", f"{t['jwst'].peak:.0f}", f"{t['ours'].peak:.0f}"]
    return ["`strun STEP -h`", *numbers, "-"]
