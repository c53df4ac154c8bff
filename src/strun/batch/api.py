"""The batch as one function, for Python."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext

from strun.batch.executors import BatchOptions, worker_count
from strun.batch.inputs import expand
from strun.batch.jobs import Event
from strun.batch.page import LivePage
from strun.batch.report import Report, write_summary
from strun.batch.resources import parse_size
from strun.batch.runner import Batch
from strun.steps import registry
from strun.steps.run_files import RunFile, require_apart
from strun.steps.step import Step


def run(
    step: Step | type[Step] | str,
    inputs: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    *,
    jobs: int | str = 1,
    scheduler: str | None = None,
    max_memory: int | str | None = None,
    glob: str | None = None,
    strict: bool = False,
    resume: bool = False,
    journal: bool = True,
    summary: str | os.PathLike[str] | None = None,
    report: str | os.PathLike[str] | None = None,
    durable: bool = False,
    heard: Callable[[Event], None] | None = None,
) -> Report:
    """
    Run a step on many exposures and save the products.

    Parameters
    ----------
    step : Step, type or str
        A step with its parameters, or a class, alias, class path or cfg file for one with its
        defaults.
    inputs : str, path or sequence
        Exposures, ``@list.txt``, folders (with `glob`).
    jobs : int or 'auto', optional
        Worker processes; 'auto' takes as many as cores, inputs and memory allow.
    scheduler : str, optional
        Address or file of a Dask scheduler; its workers do the jobs.
    max_memory : int or str, optional
        What all workers together may take: bytes, '4G', '50%'. What is free when None.
    glob : str, optional
        Pattern of the names that are taken from folders.
    strict : bool, optional
        Run nothing when one input cannot be run.
    resume : bool, optional
        Leave out exposures whose product is there, complete, and made from the same input,
        parameters, references and version.
    journal : bool, optional
        Keep ``strun-journal.jsonl`` beside the products.
    summary : str or path, optional
        Also write the report to this file, as JSON.
    report : str or path, optional
        Keep a page (HTML) about the run in this file, which a browser shows while it runs.
    durable : bool, optional
        Force products to the disk before they get their names.
    heard : callable, optional
        Told of each job that begins or ends.

    Returns
    -------
    Report
        What became of each exposure; failures are in it, and raise nothing.

    Raises
    ------
    ValidationError
        When `jobs` or `max_memory` cannot be used, or a parameter of the step, or the summary
        or the page is a file that the run reads.
    StrunError
        When the inputs cannot be listed, or workers cannot be had.
    """
    words = [inputs] if isinstance(inputs, str | os.PathLike) else list(inputs)
    options = BatchOptions(
        jobs=worker_count(jobs),
        scheduler=scheduler,
        max_memory=None if max_memory is None else parse_size(str(max_memory)),
        strict=strict,
        resume=resume,
        journal=journal,
    )
    configured, paths = copy.copy(_configured(step)), expand(words, glob=glob)
    configured.durable = configured.durable or durable
    configured.run_options = configured.run_options._replace(
        kept=_kept(configured, words, paths, {"summary": summary, "report": report})
    )
    batch = Batch(configured, paths, options)
    batch.check()
    try:
        with nullcontext() if report is None else LivePage(batch, os.fspath(report)):
            return batch.run(heard or (lambda _: None))
    finally:
        if summary is not None:
            write_summary(batch.report(), os.fspath(summary))


def _kept(
    step: Step,
    words: Sequence[str | os.PathLike[str]],
    paths: Sequence[str],
    targets: Mapping[str, str | os.PathLike[str] | None],
) -> tuple[RunFile, ...]:
    """Return the files of the run, of which those that it writes beside products are none."""
    texts = [os.fspath(word) for word in words]
    read = [RunFile("a list of inputs", text[1:]) for text in texts if text.startswith("@")]
    if step.config_file:
        read.append(RunFile("the parameter file", step.config_file))
    written = [RunFile(what, os.fspath(path)) for what, path in targets.items() if path is not None]
    require_apart(written, [RunFile("one of the inputs", path) for path in paths])
    return require_apart(written, read)


def _configured(step: Step | type[Step] | str) -> Step:
    if isinstance(step, str):
        cls, said = registry.find(step)
        return cls.from_config_file(said.path) if said is not None else cls()
    return step() if isinstance(step, type) else step
