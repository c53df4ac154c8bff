"""Many exposures in one call: what the command line asks for, and how it ends."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

import click

from strun.cli.invocation import Invocation
from strun.cli.options import GLOBAL, Group
from strun.cli.shell import say
from strun.cli.signals import Terminated
from strun.logs import Target

if TYPE_CHECKING:
    from strun.batch.executors import BatchOptions
    from strun.steps.step import Step

_ASK_FOR_BATCH = [
    option.name for option in GLOBAL if option.group is Group.MANY and option.name != "keep_going"
]


def is_batch(asked: Invocation) -> bool:
    """Return whether this is more than a run on one exposure: it costs a check of all inputs."""
    several = len(asked.inputs) > 1 or any(word.startswith("@") for word in asked.inputs)
    return several or any(asked.options[name] for name in _ASK_FOR_BATCH)


def with_workers(asked: Invocation) -> bool:
    """Return whether other processes than this one are to do the work."""
    return bool(asked.options["scheduler"]) or asked.options["jobs"] not in (None, "1")


def inputs_of(asked: Invocation) -> list[str]:
    """Return the exposures that words name: of a batch, also lists of them and folders."""
    if not is_batch(asked):
        return list(asked.inputs)
    from strun.batch.inputs import expand

    return expand(asked.inputs, glob=asked.options["glob"])


def log_of_batch(target: Target, options: dict[str, Any]) -> Target:
    """Return where a batch logs to: warnings do on the terminal, if nobody asked for more."""
    from strun.cli.batch_progress import RepeatedWarnings

    asked = any(options[name] for name in ("log_level", "verbose", "log_stream", "logcfg"))
    if asked or target.level != "INFO" or target.handlers[0] != "stderr":
        return target
    return target._replace(terminal="WARNING", wanted=RepeatedWarnings())


def options_of(asked: Invocation, step: Step) -> BatchOptions:
    """Return what a command line says for the whole batch; some options exclude each other."""
    from strun.batch.executors import BatchOptions, worker_count
    from strun.batch.resources import parse_size

    options = asked.options
    for one, other in (("strict", "keep_going"), ("jobs", "scheduler")):
        if options[one] and options[other]:
            flags = f"--{one} and --{other.replace('_', '-')}"
            raise click.UsageError(f"{flags} exclude each other; give one of them")
    memory = options["max_memory"]
    return BatchOptions(
        jobs=worker_count(options["jobs"] or 1),
        scheduler=options["scheduler"],
        max_memory=None if memory is None else parse_size(memory),
        strict=bool(options["strict"]),
        resume=bool(options["resume"]),
        save=step.saves_from_shell,
        trace=bool(options["debug"]),
    )


def _check_target(flag: str, path: str, paths: list[str], step: Step) -> None:
    """Make sure that a file can be written beside the products, or wherever a folder is."""
    from strun.blockio.atomic import refuse_data
    from strun.steps.run_files import RunFile, make_folder, require_apart

    folder = os.path.dirname(os.path.abspath(path))
    if step.output_dir and folder == os.path.abspath(os.path.expanduser(step.output_dir)):
        make_folder(path)
    other = os.path.exists(path) and not os.path.isfile(path)
    if other or not os.path.isdir(folder) or not os.access(folder, os.W_OK):
        raise click.UsageError(f"{flag} {path}: cannot be written there; choose another file")
    inputs = (RunFile("one of the inputs", each) for each in paths)
    require_apart([RunFile(flag, path)], inputs)
    refuse_data(path)


def run_batch(asked: Invocation, step: Step, target: Target) -> int:
    """Run a step, with its parameters, on many exposures and return the exit code."""
    from strun.batch.report import write_summary
    from strun.batch.runner import Batch
    from strun.cli.batch_progress import BatchProgress

    options = asked.options
    batch_options, paths, summary = options_of(asked, step), inputs_of(asked), options["summary"]
    if len(paths) > 1 and step.output_file is not None:
        raise click.UsageError(
            f"output_file names one product, but there are {len(paths)} inputs; use "
            "--output_dir or --suffix"
        )
    for flag, target_file in (("--summary", summary), ("--report", options["report"])):
        if target_file is not None:
            _check_target(flag, target_file, paths, step)

    def end() -> int:
        report = batch.report()
        if summary is not None:
            write_summary(report, summary)
        if not options["quiet"]:
            for line in str(report).splitlines():
                say(line)
        return report.exit_code

    batch = Batch(step, paths, batch_options)
    quiet, quicklook = bool(options["quiet"]), bool(options["quicklook"])
    progress = BatchProgress(batch, target, quiet=quiet, quicklook=quicklook)
    progress.show_checks(batch.check())
    page: AbstractContextManager[object] = nullcontext()
    if options["report"] is not None:
        from strun.batch.page import LivePage

        page = LivePage(batch, options["report"])
    try:
        with progress, page:
            batch.run(progress.show)
    except (KeyboardInterrupt, SystemExit, Terminated):
        end()
        raise
    return end()
