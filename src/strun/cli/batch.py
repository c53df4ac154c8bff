"""Many exposures in one call: their options, what is said on the way, and how it ends."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from strun.cli.interruption import Terminated
from strun.cli.options import GLOBAL, GlobalOption
from strun.steps import saving

if TYPE_CHECKING:
    from strun.batch.how import How
    from strun.batch.report import Report
    from strun.batch.runner import Batch
    from strun.cli.cmdline import Invocation
    from strun.cli.telling import Teller
    from strun.logs import Target
    from strun.steps.step import Step

__all__ = ["inputs_of", "is_batch", "log_of_batch", "run_batch", "tell_resume_of", "with_workers"]

GLOBAL += [
    GlobalOption("jobs", "Worker processes; auto: as cores and memory allow.", "N|auto", ("-j",)),
    GlobalOption("max_memory", "Memory of all workers, as 4G or 50%.", "SIZE"),
    GlobalOption("glob", "Which files of a folder to take, as '*_uncal.fits'.", "PATTERN"),
    GlobalOption("keep_going", "Run what can be run (default)."),
    GlobalOption("strict", "Run nothing when one input cannot be run."),
    GlobalOption("resume", "Leave out what is done already, and the same."),
    GlobalOption("summary", "Write what became of each input as JSON.", "FILE"),
    GlobalOption("scheduler", "Run on a Dask cluster: tcp://host:port or its file.", "ADDR"),
    GlobalOption("quiet", "Say nothing but errors."),
]
_ASKS = ("jobs", "max_memory", "glob", "strict", "resume", "summary", "scheduler")


def is_batch(asked: Invocation) -> bool:
    """Return whether this is more than a run on one exposure: it costs a look at all inputs."""
    several = len(asked.inputs) > 1 or any(word.startswith("@") for word in asked.inputs)
    return several or any(asked.options[name] for name in _ASKS)


def with_workers(asked: Invocation) -> bool:
    """Return whether other processes than this one are to do the work."""
    return bool(asked.options["scheduler"]) or asked.options["jobs"] not in (None, "1")


def inputs_of(asked: Invocation) -> list[str]:
    """Return the exposures that the words of a batch name."""
    from strun.batch.inputs import expand

    return expand(asked.inputs, glob=asked.options["glob"])


def log_of_batch(target: Target, options: dict[str, Any]) -> Target:
    """Return where a batch logs to: warnings do on the terminal, if nobody asked for more."""
    from strun.cli.repeats import Repeats

    asked = any(options[name] for name in ("log_level", "verbose", "log_stream", "logcfg"))
    if asked or target.level != "INFO" or target.handlers[0] != "stderr":
        return target
    return target._replace(terminal="WARNING", wanted=Repeats())


def _how(asked: Invocation, step: Step) -> How:
    from strun.batch.how import How, worker_count
    from strun.batch.memory import parse_size

    options = asked.options
    if options["strict"] and options["keep_going"]:
        raise click.UsageError("--strict and --keep-going exclude each other; give one of them")
    if options["scheduler"] and options["jobs"]:
        raise click.UsageError("--jobs and --scheduler exclude each other; give one of them")
    memory = options["max_memory"]
    return How(
        jobs=worker_count(options["jobs"] or 1),
        scheduler=options["scheduler"],
        max_memory=None if memory is None else parse_size(memory),
        strict=bool(options["strict"]),
        resume=bool(options["resume"]),
        save=saving.wanted_from_shell(step),
        trace=bool(options["debug"]),
    )


def _check_summary(path: str | None, paths: list[str]) -> None:
    if path is None:
        return
    from strun.blockio.atomic import refuse_data
    from strun.steps.run_files import RunFile, require_apart

    folder = os.path.dirname(os.path.abspath(path))
    other = os.path.exists(path) and not os.path.isfile(path)
    if other or not os.path.isdir(folder) or not os.access(folder, os.W_OK):
        raise click.UsageError(f"--summary {path}: cannot be written there; choose another file")
    inputs = (RunFile("one of the inputs", each) for each in paths)
    require_apart([RunFile("--summary", path)], inputs)
    refuse_data(path)


def run_batch(asked: Invocation, step: Step, target: Target) -> int:
    """
    Run a step on many exposures and return the exit code.

    Parameters
    ----------
    asked : Invocation
        The words of the command line.
    step : Step
        With its parameters.
    target : Target
        Where the log goes.

    Raises
    ------
    StrunError
        When the inputs cannot be listed, or workers cannot be had.
    """
    from strun.batch.runner import Batch
    from strun.cli.telling import Teller

    options = asked.options
    how = _how(asked, step)
    paths = inputs_of(asked)
    if len(paths) > 1 and step.output_file is not None:
        raise click.UsageError(
            f"output_file names one product, but there are {len(paths)} inputs; use "
            "--output_dir or --suffix"
        )
    _check_summary(options["summary"], paths)
    batch = Batch(step, paths, how)
    teller = Teller(
        batch, target, quiet=bool(options["quiet"]), quicklook=bool(options["quicklook"])
    )
    teller.looked(batch.look())
    try:
        with teller:
            batch.run(teller.heard)
    except (KeyboardInterrupt, SystemExit, Terminated):
        _end(batch, teller, options)
        raise
    return _end(batch, teller, options).exit_code


def tell_resume_of(asked: Invocation) -> int:
    """Print what ``--resume`` would do, and return the exit code."""
    from strun.cli.dry_resume import tell_resume

    step = asked.configured()
    return tell_resume(step, inputs_of(asked), _how(asked, step))


def _end(batch: Batch, teller: Teller, options: dict[str, Any]) -> Report:
    report = batch.report()
    if options["summary"]:
        from strun.batch.summary import write_summary

        write_summary(report, options["summary"])
    if not teller.quiet:
        text = str(report)
        encoding = getattr(sys.stdout, "encoding", None) or "ascii"
        click.echo(text.encode(encoding, "replace").decode(encoding))
    return report
