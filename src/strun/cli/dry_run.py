"""What a run, or ``--resume``, would do: shown and not done."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from strun import __version__
from strun.class_path import class_path
from strun.cli.shell import say, say_error
from strun.parameters.settings import DEFAULT
from strun.steps.prepared_run import PreparedRun, opened_run

if TYPE_CHECKING:
    from strun.batch.checked_input import CheckedInput
    from strun.batch.executors import BatchOptions
    from strun.steps.step import Step

_LABEL = 11
_SAME, _REDONE, _NEW, _FAULTY = "up to date", "to be redone", "to be made", "cannot be run"


def _parameters(step: Step, *, every: bool) -> Iterator[tuple[str, str]]:
    """Yield the parameters that somebody has said and who did, and with `every` the others."""
    said = {each.parameter.name: each for each in step.said_parameters()}
    for name, (_, value, origin) in said.items():
        yield f"{name} = {value}", origin
    left = [n for n, p in step.parameters.items() if p.check and n not in said]
    if every:
        yield from ((f"{name} = {step.value_of(name)}", DEFAULT) for name in left)
    elif left:
        yield f"{len(left)} others have their defaults", "(--verbose shows them)"


def _products(run: PreparedRun, *, saved: bool) -> Iterator[str]:
    if not saved:
        yield "none, save_results is false"
    for path, size, _ in run.planned if saved else ():
        there = "takes the place of an older one" if os.path.exists(path) else "new"
        yield f"{os.path.abspath(path)} ({there}, {size / 1e6:.1f} MB)"


def _lines(run: PreparedRun, *, saved: bool, every: bool) -> Iterator[tuple[str, str]]:
    step = run.step
    yield "step", f"{class_path(type(step))}, strun {__version__}"
    yield "input", f"{os.path.abspath(run.source)} ({run.exposure})"
    parameters = list(_parameters(step, every=every))
    width = min(48, max(len(text) for text, _ in parameters))
    for text, origin in parameters:
        yield "parameter", f"{text:<{width}}  {origin}"
    for kind, choice in step.used_references().items():
        name = choice.reference if choice.is_file else choice.name
        yield "reference", f"{kind}: {name or 'none'}  ({choice.reason})"
    if run.status == "SKIPPED":
        yield "status", "the step would be skipped"
    yield from (("product", text) for text in _products(run, saved=saved))
    yield "memory", f"{run.memory() / 1e6:.0f} MB"


def show_plan(step: Step, path: str, *, saved: bool, every: bool) -> None:
    """
    Print what a run would do, all parameters with `every`; only headers are read.

    Raises what the run would stop at before its first block.
    """
    # numpy is part of the memory that is told
    import numpy as np  # noqa: F401

    last = ""
    with opened_run(step, path) as run:
        run.name_product()
        run.prepare()
        for label, text in _lines(run, saved=saved, every=every):
            click.echo(f"{label if label != last else '':<{_LABEL}} {text}".rstrip())
            last = label


def show_resume(step: Step, paths: Sequence[str], options: BatchOptions) -> int:
    """
    Print what would become of each exposure, and of how many; nothing is written.

    Return 1 when some of them cannot be run, else 0.
    """
    from strun.batch.runner import Batch

    batch = Batch(step, paths, options)
    for each in batch.check():
        say_error("strun", each.fault)
    counts: Counter[str] = Counter()
    for each in batch.inputs:
        word, why = _verdict(each)
        counts[word] += 1
        say(f"{word:<13} {each.path}{f' -> {each.product}' if each.product else ''}{why}")
    told = ", ".join(f"{counts[word]} {word}" for word in (_SAME, _REDONE, _NEW, _FAULTY))
    none = "; nothing is run (--strict)" if counts[_FAULTY] and options.strict else ""
    say(f"{len(paths)} {'exposure' if len(paths) == 1 else 'exposures'}: {told}{none}")
    return int(counts[_FAULTY] > 0)


def _verdict(found: CheckedInput) -> tuple[str, str]:
    """Return what would become of an exposure, and why."""
    if found.fault:
        return _FAULTY, ""
    if found.out_of_date is None:
        return _NEW, ""
    return (_REDONE, f": {found.out_of_date[0]}") if found.out_of_date else (_SAME, "")
