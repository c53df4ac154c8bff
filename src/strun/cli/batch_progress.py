"""What is shown while a batch runs: a bar on a terminal, a line for each exposure elsewhere."""

from __future__ import annotations

import logging
import os
import re
import sys
from collections import Counter
from collections.abc import Sequence

import click

from strun.batch.checked_input import CheckedInput
from strun.batch.jobs import Event, JobResult
from strun.batch.runner import Batch
from strun.cli.bar import Bar
from strun.cli.quicklook import draw_product
from strun.cli.shell import say, say_error
from strun.errors import StrunError
from strun.log_handlers import note_error
from strun.logs import Target, get_logger
from strun.steps import registry
from strun.steps.run_files import JOURNAL

log = get_logger("jwst.batch")
# what tells the warnings of two exposures apart
_FILE = re.compile(r"[^\s'\"]*\.fits[^\s'\"]*")


class RepeatedWarnings:
    """
    Lets each warning of a batch pass once, whatever exposure it is about; a filter of the log.

    Errors pass always.
    """

    def __init__(self) -> None:
        self._first: dict[tuple[str, int, str], str] = {}
        self._counts: Counter[tuple[str, int, str]] = Counter()

    def __call__(self, record: logging.LogRecord) -> bool:
        """Return whether a line of the log is a new one."""
        if record.levelname != "WARNING":
            return True
        text = record.getMessage()
        key = (record.name, record.levelno, _FILE.sub("", text))
        self._first.setdefault(key, text)
        self._counts[key] += 1
        return self._counts[key] == 1

    def lines(self) -> list[str]:
        """Return a line for each warning that came more than once."""
        return [
            f"{count - 1:,} more {'warning' if count == 2 else 'warnings'} like: "
            + " ".join(self._first[key].split())
            for key, count in self._counts.items()
            if count > 1
        ]


def exposure_line(result: JobResult, number: int, count: int, *, effect: bool = True) -> str:
    """Return the line of the `number`-th of `count` exposures that has ended, with its effect."""
    where = f" -> {result.product}" if result.product else ""
    # the log has a line of each step of a pipeline
    numbers = result.effect if len(result.effects) < 2 else result.brief
    numbers = f": {numbers}" if effect and numbers else ""
    what = f"{result.path}{where}, {result.result}, {result.seconds:.3g} s"
    return f"[{number}/{count}] {what}{numbers}"


class BatchProgress:
    """
    Shows what a batch does: nothing but errors when it is quiet.

    With `quicklook` it also draws a picture beside each product. The log goes to the target.
    """

    def __init__(self, batch: Batch, target: Target, *, quiet: bool, quicklook: bool) -> None:
        self.batch = batch
        self._quicklook = quicklook
        self._warnings = target.wanted
        # a log that is shown has it all
        self._prints = not quiet and target.shown > logging.INFO
        self._bar: Bar | None = None
        self._ended = 0
        self._left = 0

    def show_checks(self, faulty: Sequence[CheckedInput]) -> None:
        """Show what was found before the run: all faults, what is left out, what is redone."""
        batch, history = self.batch, self.batch.history
        for unfinished in history.unfinished:
            self._say(str(unfinished))
        if history.new_damaged:
            path, many = os.path.join(batch.folder, JOURNAL), history.new_damaged > 1
            lines = f"{history.new_damaged} lines are" if many else "1 line is"
            self._say(f"{path}: {lines} cut or not of this strun, and left out")
        for each in faulty:
            _show_error(each.fault)
        most = batch.options.max_memory
        if most is not None and most < batch.peak:
            self._say(
                f"one exposure takes {batch.peak / 1e6:.0f} MB, more than --max-memory; they are "
                "run one at a time"
            )
        if faulty:
            count, total = len(faulty), len(batch.paths)
            then = "nothing is run" if batch.options.strict else f"{total - count} are run"
            self._say(f"{count} of {total} inputs cannot be run; {then}")
        if batch.options.resume:
            redone, new = len(batch.redone), batch.left - len(batch.redone)
            self._say(f"{batch.up_to_date} up to date, {redone} to be redone, {new} to be made")
            for each in batch.redone:
                log.info("%s is redone: %s", each.path, (each.out_of_date or ("",))[0])

    def __enter__(self) -> BatchProgress:
        self._left = self.batch.left
        if self._prints and self._left and sys.stderr is not None and sys.stderr.isatty():
            self._bar = Bar(self._left).__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        if self._bar is not None:
            self._bar.__exit__(*error)
            self._bar = None
        if isinstance(self._warnings, RepeatedWarnings):
            for text in self._warnings.lines():
                self._print(text)

    def show(self, event: Event) -> None:
        """Show what became of an exposure."""
        if not isinstance(event, JobResult):
            return
        self._ended += 1
        if event.failed:
            _show_error(event.error)
            if event.trace:
                click.echo(event.trace, err=True)
        else:
            log.info("%s", exposure_line(event, self._ended, self._left, effect=False))
            if self._bar is None:
                self._print(exposure_line(event, self._ended, self._left))
        if self._quicklook and event.product is not None:
            self._draw(event, event.product)
        if self._bar is not None:
            self._bar.advance(self._ended)

    def _draw(self, result: JobResult, product: str) -> None:
        source, recipe = self.batch.inputs[result.index].source, self.batch.recipe
        step = registry.find_class(recipe.step)
        try:
            draw_product(product, source, step, recipe.options.kept, result.effects)
        except StrunError as err:
            self.batch.note_missing_picture(result.index, str(err))
            _show_error(str(err))

    def _say(self, text: str) -> None:
        log.info("%s", text)
        self._print(text)

    def _print(self, text: str) -> None:
        if self._prints:
            say(text, err=True)


def _show_error(text: str) -> None:
    note_error(text)
    say_error("strun", text)
