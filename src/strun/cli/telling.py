"""What is said while a batch runs: a bar on a terminal, a line for each exposure elsewhere."""

from __future__ import annotations

import os
import sys
from types import TracebackType
from typing import TYPE_CHECKING

import click

from strun.batch.journal import NAME
from strun.cli.repeats import Repeats
from strun.cli.shell import say, say_error
from strun.logs import get_logger

if TYPE_CHECKING:
    from collections.abc import Sequence

    from strun.batch.executors import Event
    from strun.batch.exposure import Exposure
    from strun.batch.jobs import JobResult
    from strun.batch.runner import Batch
    from strun.cli.bar import Bar
    from strun.logs import Target

__all__ = ["Teller"]

log = get_logger("jwst.batch")
_INFO = 20


class Teller:
    """
    Says what a batch does.

    Parameters
    ----------
    batch : Batch
        The batch.
    target : Target
        Where the log goes.
    quiet : bool
        Say nothing but errors.
    quicklook : bool
        Draw a picture beside each product.
    """

    def __init__(self, batch: Batch, target: Target, *, quiet: bool, quicklook: bool) -> None:
        self.batch = batch
        self.quiet = quiet
        self._quicklook = quicklook
        self._repeats = target.wanted
        # a log that is shown says it all
        self._prints = not quiet and target.shown > _INFO
        self._bar: Bar | None = None
        self._ended = 0
        self._left = 0

    # -- before ---------------------------------------------------------------------------------

    def looked(self, faulty: Sequence[Exposure]) -> None:
        """Say what was found before the run: all faults, what is left out, what is redone."""
        history = self.batch.history
        for dead in history.dead:
            self._say(str(dead))
        if history.new_odd:
            path, many = os.path.join(self.batch.folder, NAME), history.new_odd > 1
            lines = f"{history.new_odd} lines are" if many else "1 line is"
            self._say(f"{path}: {lines} cut or not of this strun, and left out")
        for each in faulty:
            self._fail(each.fault)
        batch = self.batch
        most = batch.how.max_memory
        if most is not None and most < batch.peak:
            self._say(
                f"one exposure takes {batch.peak / 1e6:.0f} MB, more than --max-memory; they are "
                "run one at a time"
            )
        if faulty:
            count, all_of = len(faulty), len(batch.paths)
            then = "nothing is run" if batch.how.strict else f"{all_of - count} are run"
            self._say(f"{count} of {all_of} inputs cannot be run; {then}")
        if batch.how.resume:
            same = sum(each.stale == () for each in batch.exposures)
            redone, new = len(batch.redone), batch.left - len(batch.redone)
            self._say(f"{same} up to date, {redone} to be redone, {new} to be made")
            for each in batch.redone:
                log.info("%s is redone: %s", each.path, (each.stale or ("",))[0])

    # -- meanwhile ------------------------------------------------------------------------------

    def __enter__(self) -> Teller:
        self._left = count = self.batch.left
        if self._prints and count and sys.stderr is not None and sys.stderr.isatty():
            from strun.cli.bar import Bar

            self._bar = Bar(count).__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.__exit__(kind, error, trace)
            self._bar = None
        for text in self._repeats.told() if isinstance(self._repeats, Repeats) else ():
            self._print(text)

    def heard(self, event: Event) -> None:
        """Say what became of an exposure."""
        from strun.batch.jobs import JobResult

        if not isinstance(event, JobResult):
            return
        self._ended += 1
        if event.failed:
            self._fail(event.error)
            if event.trace:
                click.echo(event.trace, err=True)
        else:
            from strun.batch.progress import line

            log.info("%s", line(event, self._ended, self._left, effect=False))
            if self._bar is None:
                self._print(line(event, self._ended, self._left))
        if self._quicklook and event.product is not None:
            self._draw(event)
        if self._bar is not None:
            self._bar.ended(self._ended)

    def _draw(self, result: JobResult) -> None:
        from strun.cli.reporting import draw_product
        from strun.errors import StrunError
        from strun.steps.running import Outcome

        source = self.batch.exposures[result.index].source
        try:
            outcome = Outcome(result.product, result.status, result.effects)
            draw_product(outcome, source, self.batch.recipe.options.kept)
        except StrunError as err:
            self.batch.lacks_picture(result.index, str(err))
            self._fail(str(err))

    # -- how ------------------------------------------------------------------------------------

    def _say(self, text: str) -> None:
        log.info("%s", text)
        self._print(text)

    def _print(self, text: str) -> None:
        if self._prints:
            say(text, err=True)

    @staticmethod
    def _fail(text: str) -> None:
        from strun.log_handlers import note_error

        note_error(text)
        say_error("strun", text)
