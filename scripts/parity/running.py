"""Run cases through both programs: from Python in few processes, and through the shell."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from parity.environments import Environment
from parity.model_cases import ModelCase

RUNNER = Path(__file__).with_name("runner.py")
WORKERS = 4


@dataclass(frozen=True)
class Stage:
    """A step that reads the product of the one before, and its parameters."""

    class_path: str
    options: dict[str, str]


@dataclass(frozen=True)
class Job:
    """One run of one step by one program, or of several steps one after the other.

    Attributes
    ----------
    id : str
        Unique within a list of jobs.
    class_path : str
        Dotted name of the step's class.
    exposure : Path
        The input.
    output_dir : Path
        A folder of its own, emptied first.
    options : dict of str to str
        Parameters of the step; those of a pipeline's steps are named steps.STEP.PARAMETER.
    later : tuple of Stage
        Steps that follow.
    several : bool
        Whether any number of products is good, none too.
    before : tuple of Path
        Exposures that are run with the same parameters first; what becomes of them, in folders of
        their own, is not looked at.
    """

    id: str
    class_path: str
    exposure: Path
    output_dir: Path
    options: dict[str, str]
    later: tuple[Stage, ...] = ()
    several: bool = False
    before: tuple[Path, ...] = ()

    def folder_before(self, number: int) -> Path:
        """Return where the products of an exposure of `before` go."""
        return self.output_dir / f"before-{number}"


@dataclass(frozen=True)
class Outcome:
    """What a run left: its products, or what it said instead, and errors in its log."""

    product: Path | None
    error: str
    seconds: float
    leftovers: tuple[str, ...] = ()
    products: tuple[Path, ...] = ()
    logged: tuple[str, ...] = ()


def run_from_python(
    environment: Environment, jobs: Sequence[Job], folder: Path
) -> dict[str, Outcome]:
    """Run jobs with ``Step.call`` in a few long-lived processes of `environment`."""
    if not jobs:
        return {}
    folder.mkdir(parents=True, exist_ok=True)
    for job in jobs:
        _empty(job.output_dir)
    (folder / "jobs.json").write_text(json.dumps([_as_json(job) for job in jobs]))
    command = [environment.program("python"), str(RUNNER)]
    done = environment.run([*command, str(folder / "jobs.json"), str(folder / "results.json")])
    if done.returncode:
        raise RuntimeError(f"{environment.folder}: the runner failed:\n{done.stderr[-2000:]}")
    results = {entry["id"]: entry for entry in json.loads((folder / "results.json").read_text())}
    outcomes = {}
    for job in jobs:
        entry = results[job.id]
        outcome = _outcome(job, entry["error"], entry["seconds"])
        outcomes[job.id] = replace(outcome, logged=tuple(entry["logged"]))
    return outcomes


def run_models(
    environment: Environment, cases: Sequence[ModelCase], folder: Path
) -> dict[str, str]:
    """Run the lines of model cases in `environment`; return what each of them gave."""
    folder.mkdir(parents=True, exist_ok=True)
    files = folder / "cases.json", folder / "results.json"
    files[0].write_text(json.dumps({case.name: case.code for case in cases}))
    runner = Path(__file__).with_name("model_runner.py")
    done = environment.run([environment.program("python"), str(runner), *map(str, files)])
    if done.returncode:
        raise RuntimeError(f"{environment.folder}: the runner failed:\n{done.stderr[-2000:]}")
    results: dict[str, str] = json.loads(files[1].read_text())
    return results


def open_products(
    environment: Environment, paths: Sequence[Path], folder: Path
) -> dict[str, dict[str, str]]:
    """Open products with the data models of `environment`; return what they were seen to be."""
    folder.mkdir(parents=True, exist_ok=True)
    files = folder / "paths.json", folder / "results.json"
    files[0].write_text(json.dumps([str(path) for path in paths]))
    opener = Path(__file__).with_name("opener.py")
    done = environment.run([environment.program("python"), str(opener), *map(str, files)])
    if done.returncode:
        raise RuntimeError(f"{environment.folder}: the opener failed:\n{done.stderr[-2000:]}")
    results: dict[str, dict[str, str]] = json.loads(files[1].read_text())
    return results


def run_from_shell(environment: Environment, jobs: Iterable[Job]) -> dict[str, Outcome]:
    """Run jobs with ``strun``, a few at a time."""
    jobs = list(jobs)
    with ThreadPoolExecutor(WORKERS) as pool:
        return dict(zip((job.id for job in jobs), pool.map(_shell(environment), jobs), strict=True))


def _shell(environment: Environment) -> Callable[[Job], Outcome]:
    def run(job: Job) -> Outcome:
        _empty(job.output_dir)
        started = time.perf_counter()
        source, error = job.exposure, ""
        for number, earlier in enumerate(job.before):
            words = [environment.program("strun"), job.class_path, str(earlier)]
            words += [f"--{key}={value}" for key, value in job.options.items()]
            environment.run([*words, f"--output_dir={job.folder_before(number)}"])
        for number, stage in enumerate((Stage(job.class_path, job.options), *job.later)):
            last = number == len(job.later)
            output_dir = job.output_dir if last else job.output_dir / str(number)
            output_dir.mkdir(exist_ok=True)
            command = [environment.program("strun"), stage.class_path, str(source)]
            command += [f"--{key}={value}" for key, value in stage.options.items()]
            done = environment.run([*command, f"--output_dir={output_dir}"])
            if done.returncode:
                error = _last_words(done.stdout + done.stderr)
                break
            if not last:
                source = next(output_dir.iterdir())
        return _outcome(job, error, time.perf_counter() - started)

    return run


def _last_words(text: str) -> str:
    lines = text.strip().splitlines() or ["(said nothing)"]
    traceback = "Traceback: " if any(line.startswith("Traceback") for line in lines) else ""
    return traceback + lines[-1]


def _outcome(job: Job, error: str, seconds: float) -> Outcome:
    left = sorted(path for path in job.output_dir.glob("*") if path.is_file())
    names = tuple(path.name for path in left)
    if error:
        return Outcome(None, error, seconds, names)
    if job.several:
        return Outcome(left[0] if left else None, "", seconds, names, tuple(left))
    if len(left) != 1:
        return Outcome(None, f"left {names or 'nothing'} instead of one product", seconds, names)
    return Outcome(left[0], "", seconds, products=tuple(left))


def _as_json(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "class": job.class_path,
        "input": str(job.exposure),
        "output_dir": str(job.output_dir),
        "options": job.options,
        "later": [[stage.class_path, stage.options] for stage in job.later],
        "before": [
            [str(path), str(job.folder_before(number))] for number, path in enumerate(job.before)
        ],
    }


def _empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
