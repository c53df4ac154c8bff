"""A batch from its inputs to its report."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from strun.batch import resume as resuming
from strun.batch.executors import Event, Executor, Serial, Started
from strun.batch.history import History, read_history
from strun.batch.how import How
from strun.batch.jobs import FAILED, NOT_RUN, UP_TO_DATE, Job, JobResult, lean, stamp
from strun.batch.journal import Journal
from strun.batch.log_lines import log_level, say_again
from strun.batch.preflight import Look, look_at_all
from strun.batch.recipe import Recipe, fresh_step
from strun.batch.report import Report
from strun.logs import names_of
from strun.steps import inputs, registry
from strun.steps.running import tell_parameters

if TYPE_CHECKING:
    from strun.batch.exposure import Exposure
    from strun.steps.prepared import PreparedRun
    from strun.steps.step import Step

__all__ = ["Batch"]


class Batch:
    """
    A step, its inputs, and what became of them.

    Parameters
    ----------
    step : Step
        With its parameters.
    paths : sequence of str
        The inputs, each once.
    how : How
        How it is run.

    Attributes
    ----------
    exposures : list of Exposure
        What `look` found.
    history : History
        What the journal says: batches of the same folder that ended without a word, odd lines.
    workers : int
        How many work at a time.
    """

    def __init__(self, step: Step, paths: Sequence[str], how: How) -> None:
        self.recipe = Recipe.of(step)
        self.paths = list(paths)
        self.how = how
        self.exposures: list[Exposure] = []
        self.history = History([], 0, 0)
        self.workers = 1
        self._results: dict[int, JobResult] = {}
        self._started = time.perf_counter()
        self._seconds: float | None = None
        self._interrupted = False

    # -- before ---------------------------------------------------------------------------------

    def look(self) -> list[Exposure]:
        """
        Look at all inputs before anything is computed, and return those that cannot be run.

        Raises
        ------
        StrunError
            When the step itself cannot be made, or its folder or pack of references be used.
        """
        if self.recipe.options.refs:
            from strun.references.reference_pack import folder_of

            # told once, and not for each of the inputs
            folder_of(self.recipe.options.refs)
        looks: list[Look] = []
        if self.how.resume:
            looks.append(resuming.look_at_product)
        if self.how.strict:
            looks.append(_look_at_sums)
        if self.how.jobs == 0 or self.how.max_memory is not None:
            looks.append(_look_at_memory())
        self.exposures = look_at_all(
            lambda: fresh_step(self.recipe), self.paths, save=self.how.save, looks=looks
        )
        if self.how.journal:
            self.history = read_history(self.folder)
        for index, each in enumerate(self.exposures):
            if each.fault:
                self._results[index] = JobResult(
                    index, each.path, FAILED, error=each.fault, error_kind=each.fault_kind
                )
            elif each.stale == ():
                self._results[index] = JobResult(index, each.path, UP_TO_DATE, product=each.product)
        return [each for each in self.exposures if each.fault]

    @property
    def folder(self) -> str:
        """Where products go."""
        products = [each.product for each in self.exposures if each.product]
        return os.path.dirname(products[0]) if products else ""

    @property
    def left(self) -> int:
        """How many inputs are run."""
        if self.how.strict and any(each.fault for each in self.exposures):
            return 0
        return sum(not each.fault and each.stale != () for each in self.exposures)

    @property
    def peak(self) -> int:
        """Bytes that the largest of them is predicted to take, 0 when nobody asked."""
        return max((each.peak for each in self.exposures if not each.fault), default=0)

    @property
    def redone(self) -> list[Exposure]:
        """The inputs whose product is there but differs from one made now."""
        return [each for each in self.exposures if each.stale and not each.fault]

    # -- the run --------------------------------------------------------------------------------

    def run(self, heard: Callable[[Event], None] = lambda _: None) -> Report:
        """
        Run the step on all inputs that can be run.

        Parameters
        ----------
        heard : callable, optional
            Told of each job that begins (`Started`) or ends (`JobResult`).

        Returns
        -------
        Report
            Also by `report`, when this raises: an interruption passes through.

        Raises
        ------
        StrunError
            When the journal cannot be written, or workers cannot be had.
        """
        jobs = self._jobs() if self.left else []
        if jobs:
            tell_parameters(fresh_step(self.recipe))
        executor = self._executor(jobs)
        try:
            with self._kept_journal() as journal:
                events = executor.run(jobs)
                try:
                    for event in events:
                        self._note(event, journal)
                        heard(event)
                finally:
                    # workers end now, not when the generator is thrown away
                    events.close()
        except BaseException as err:
            self._interrupted = not isinstance(err, Exception)
            raise
        finally:
            self._seconds = time.perf_counter() - self._started
        return self.report()

    def _jobs(self) -> list[Job]:
        how, level = self.how, log_level()
        # workers of a cluster may be where this machine's temporary folder is not
        recipe = self.recipe.unpacked() if how.scheduler is None else self.recipe
        return [
            Job(
                index,
                each.path,
                recipe,
                source=each.source,
                save=how.save,
                level=level,
                trace=how.trace,
                product=each.product,
                before=stamp(each.product),
            )
            for index, each in enumerate(self.exposures)
            if index not in self._results
        ]

    def _executor(self, jobs: Sequence[Job]) -> Executor:
        how = self.how
        if how.scheduler is not None:
            from strun.batch.dask_cluster import DaskCluster

            self.recipe.importable()
            cluster = DaskCluster(how.scheduler)
            self.workers = cluster.workers
            return cluster
        count = how.jobs
        if count == 0 or how.max_memory is not None:
            from strun.batch.memory import choose_count, free_memory

            memory = free_memory() if how.max_memory is None else how.max_memory
            fitting = choose_count(len(jobs), peak=self.peak, memory=memory)
            count = fitting if count == 0 else min(count, fitting)
        count = max(1, min(count, len(jobs)))
        if count == 1 and how.jobs <= 1:
            return Serial()
        from strun.batch.processes import Processes

        self.recipe.importable()
        names = names_of(registry.find_class(self.recipe.step))
        processes = Processes(count, names=names, level=log_level())
        self.workers = processes.count
        return processes

    @contextmanager
    def _kept_journal(self) -> Iterator[Journal | None]:
        found = self.history
        if not self.how.journal or not (self.left or found.dead or found.new_odd):
            yield None
            return
        journal = Journal(self.folder, self.recipe.options.kept)
        told = [dead.batch for dead in found.dead]
        journal.write(
            "begin",
            step=self.recipe.step,
            inputs=len(self.paths),
            up_to_date=sum(each.stale == () for each in self.exposures),
            workers=self.workers,
            told=told,
            odd=found.odd,
        )
        try:
            yield journal
        except BaseException:
            journal.write("finish", exit_code=130)
            raise
        else:
            journal.write("finish", exit_code=self.report().exit_code)
        finally:
            journal.close()

    def _note(self, event: Event, journal: Journal | None) -> None:
        if isinstance(event, Started):
            if journal is not None:
                journal.write("start", input=self.paths[event.index], worker=event.worker)
            return
        say_again(event.log)
        self._results[event.index] = lean(event, self.paths[event.index])
        if journal is not None:
            journal.end(event)

    def lacks_picture(self, index: int, why: str) -> None:
        """Note that the picture of a product, which is there, could not be drawn."""
        self._results[index] = replace(self._results[index], picture_error=why)

    # -- after ----------------------------------------------------------------------------------

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
            tuple(each.kind for each in self.exposures),
            seconds=now if self._seconds is None else self._seconds,
            workers=self.workers,
            interrupted=self._interrupted,
        )


def _look_at_sums(run: PreparedRun, exposure: Exposure) -> dict[str, Any]:
    """Raise when a sum does not hold and --verify asks: --strict is to run nothing then."""
    inputs.verified(run.step, exposure.source)
    return {}


def _look_at_memory() -> Look:
    from strun.batch.preflight import once_for_like
    from strun.engine import workers
    from strun.steps.memory import FRESH, resident

    def peak(run: PreparedRun, _: Exposure) -> dict[str, Any]:
        with workers.one_worker():
            # a notebook may hold much more than a new process does
            return {"peak": run.memory(base=min(resident(), FRESH))}

    return once_for_like(peak)
