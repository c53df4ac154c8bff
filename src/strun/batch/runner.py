"""A batch from its inputs to its report."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import Any

from strun.batch.checked_input import CheckedInput
from strun.batch.execution import log_again, log_level
from strun.batch.executors import BatchOptions, choose_executor
from strun.batch.jobs import (
    FAILED,
    NOT_RUN,
    UP_TO_DATE,
    Event,
    Job,
    JobResult,
    Started,
    file_version,
)
from strun.batch.journal import Journal, JournalHistory, read_history
from strun.batch.preflight import (
    Check,
    check_inputs,
    check_product,
    check_sums,
    once_by_geometry,
    predict_peak,
)
from strun.batch.recipe import Recipe, fresh_step
from strun.batch.report import Report
from strun.errors import ValidationError
from strun.logs import get_logger
from strun.steps.prepared_run import PreparedRun
from strun.steps.running import tell_parameters
from strun.steps.step import Step

log = get_logger("jwst.batch")


class Batch:
    """
    A step with its parameters, its inputs (each once), and what became of them.

    `check` finds out the `inputs`; then `history` is what the journal says of earlier batches of
    the same folder. `running` are the places of the inputs that are being worked on, and `ended`
    is how many have been. Where each exposure takes a file on from the one before, they run one
    after the other: a cluster is refused with a ValidationError then.
    """

    def __init__(self, step: Step, paths: Sequence[str], options: BatchOptions) -> None:
        if step.handed_on and options.scheduler is not None:
            raise ValidationError(
                f"--scheduler: each exposure takes {step.handed_on} on from the one before, and a "
                "cluster runs them in any order; leave --scheduler out"
            )
        self.recipe = Recipe.of(step)
        self.handed_on = step.handed_on
        self.paths = list(paths)
        self.options = options
        self.inputs: list[CheckedInput] = []
        self.history = JournalHistory([], 0, 0)
        self.workers = 1
        self.running: set[int] = set()
        self.ended = 0
        self._results: dict[int, JobResult] = {}
        self._started = time.perf_counter()
        self._seconds: float | None = None
        self._interrupted = False

    def check(self) -> list[CheckedInput]:
        """
        Check all inputs before anything is computed, and return those that cannot be run.

        Raises an error when the step itself cannot be made, or its folder or pack of references
        be used.
        """
        if self.recipe.options.refs:
            from strun.references.reference_pack import folder_of

            # told once, and not for each of the inputs
            folder_of(self.recipe.options.refs)
        self.inputs = check_inputs(
            lambda: fresh_step(self.recipe),
            self.paths,
            save=self.options.save,
            checks=self._checks(),
        )
        if self.options.journal:
            self.history = read_history(self.folder)
        for index, each in enumerate(self.inputs):
            if each.fault:
                self._results[index] = JobResult(
                    index, each.path, FAILED, error=each.fault, error_kind=each.fault_kind
                )
            elif each.out_of_date == ():
                self._results[index] = JobResult(
                    index, each.path, UP_TO_DATE, product=each.product, beside=each.beside
                )
        return [each for each in self.inputs if each.fault]

    def _checks(self) -> Iterator[Check]:
        if self.handed_on:
            yield _note_start
        if self.options.resume:
            yield check_product
        if self.options.strict:
            yield check_sums
        if self.options.jobs == 0 or self.options.max_memory is not None:
            yield once_by_geometry(predict_peak)

    @property
    def folder(self) -> str:
        """Where products go."""
        products = [each.product for each in self.inputs if each.product]
        return os.path.dirname(products[0]) if products else ""

    @property
    def left(self) -> int:
        """How many inputs are run."""
        if self.options.strict and any(each.fault for each in self.inputs):
            return 0
        return sum(not each.fault and each.out_of_date != () for each in self.inputs)

    @property
    def up_to_date(self) -> int:
        """How many inputs have a product that need not be made again."""
        return sum(each.out_of_date == () for each in self.inputs)

    @property
    def redone(self) -> list[CheckedInput]:
        """The inputs whose product is there but differs from one made now."""
        return [each for each in self.inputs if each.out_of_date and not each.fault]

    @property
    def peak(self) -> int:
        """Bytes that the largest of them is predicted to take, 0 when nobody asked."""
        return max((each.peak for each in self.inputs if not each.fault), default=0)

    def run(self, on_event: Callable[[Event], None] = lambda _: None) -> Report:
        """
        Run the step on all inputs that can be run, and return what became of them.

        `on_event` is called with each job that begins (`Started`) or ends (`JobResult`). Raises an
        error when workers cannot be had, or the journal cannot be written; then, and when an
        interruption passes through, `report` has what became of the inputs so far.
        """
        jobs = self._jobs() if self.left else []
        if jobs:
            tell_parameters(fresh_step(self.recipe))
        options = self.options
        if self.handed_on:
            jobs, options = self._in_turn(jobs), options._replace(jobs=1)
        executor = choose_executor(self.recipe, options, jobs, peak=self.peak)
        self.workers = executor.workers
        try:
            # workers end now, not when the generator is thrown away
            with self._open_journal() as journal, closing(executor.run(jobs)) as events:
                for event in events:
                    self._note(event, journal)
                    on_event(event)
        except BaseException as err:
            self._interrupted = not isinstance(err, Exception)
            raise
        finally:
            self._seconds = time.perf_counter() - self._started
        return self.report()

    def _jobs(self) -> list[Job]:
        options, level = self.options, log_level()
        # workers of a cluster may be where this machine's temporary folder is not
        recipe = self.recipe.unpacked() if options.scheduler is None else self.recipe
        return [
            Job(
                index,
                each.path,
                recipe,
                source=each.source,
                save=options.save,
                level=level,
                trace=options.trace,
                product=each.product,
                before=file_version(each.product),
            )
            for index, each in enumerate(self.inputs)
            if index not in self._results
        ]

    def _in_turn(self, jobs: list[Job]) -> list[Job]:
        """Return jobs in the order of time; say so when there are more than one."""
        if len(jobs) > 1:
            # what was not asked for otherwise need not be warned of
            tell = log.info if self.options.jobs == 1 else log.warning
            tell(
                "%s goes on from exposure to exposure: they run one after the other, by EXPSTART",
                self.handed_on,
            )
        return sorted(jobs, key=lambda job: self.inputs[job.index].start)

    @contextmanager
    def _open_journal(self) -> Iterator[Journal | None]:
        found = self.history
        if not self.options.journal or not (self.left or found.unfinished or found.new_damaged):
            yield None
            return
        with closing(Journal(self.folder, self.recipe.options.kept)) as journal:
            journal.write(
                "begin",
                step=self.recipe.step,
                inputs=len(self.paths),
                up_to_date=self.up_to_date,
                workers=self.workers,
                told=[each.batch for each in found.unfinished],
                odd=found.damaged,
            )
            try:
                yield journal
            except BaseException:
                journal.write("finish", exit_code=130)
                raise
            journal.write("finish", exit_code=self.report().exit_code)

    def _note(self, event: Event, journal: Journal | None) -> None:
        if isinstance(event, Started):
            self.running.add(event.index)
            if journal is not None:
                journal.write("start", input=self.paths[event.index], worker=event.worker)
            return
        log_again(event.log)
        self.running.discard(event.index)
        self.ended += 1
        self._results[event.index] = replace(event, log=())
        if journal is not None:
            journal.end(event)

    def note_missing_picture(self, index: int, why: str) -> None:
        """Note that the picture of a product, which is there, could not be drawn."""
        self._results[index] = replace(self._results[index], picture_error=why)

    def report(self) -> Report:
        """Return what has become of the inputs so far."""
        results = [
            self._results.get(index) or JobResult(index, path, NOT_RUN)
            for index, path in enumerate(self.paths)
        ]
        now = time.perf_counter() - self._started
        return Report(
            self.recipe.step,
            tuple(results),
            tuple(each.kind for each in self.inputs),
            seconds=now if self._seconds is None else self._seconds,
            workers=self.workers,
            interrupted=self._interrupted,
        )


def _note_start(run: PreparedRun, _: CheckedInput) -> dict[str, Any]:
    """Find out when an exposure began."""
    return {"start": run.model.meta.exposure.start_time or 0}
