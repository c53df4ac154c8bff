"""A product made again from what it says of itself, and compared with it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Sequence

from strun.blockio.source import primary_header
from strun.cli.shell import say
from strun.diff import DATES_AND_NAMES
from strun.diff.files import compare_files
from strun.diff.report import report
from strun.errors import StepError
from strun.provenance.repeating import repetition
from strun.references.references import NOT_APPLICABLE
from strun.steps.registry import find_installed
from strun.steps.running import run_on_file

# what is not a bit of the product: how the references are named, which may now be other files
_NAMES = ("CAL_VER", "R_*", "CRDS_*")


def make_again(product: str, *, folders: Iterable[str] = (), with_hooks: bool = False) -> int:
    """
    Run a step again as the record of a product says, and print whether the result is the same.

    The product is only read; the new one is made in the system's temporary folder. The input and
    the references may lie in some folders. Hooks of the record are printed before they are run.
    Return 0 when every bit is the same, 1 when not.
    """
    plan = repetition(product, find_installed, folders=folders, with_hooks=with_hooks)
    for hook in plan.hooks:
        say(f"hook: {hook}")
    for change in plan.changes:
        say(f"changed: {change}")
    with tempfile.TemporaryDirectory(prefix="strun-again-") as folder:
        step = plan.configured(folder)
        outcome = run_on_file(step, os.path.abspath(plan.source))
        paths = (*outcome.beside, outcome.product or "")
        # files of other formats may be beside the products
        saved = [path for path in paths if path.lower().endswith(".fits")]
        if not saved:
            raise StepError(f"{product}: its step has saved nothing that could be compared with it")
        same_kind = _counterpart(product, saved)
        found = compare_files(product, same_kind, ignore=[*DATES_AND_NAMES, *_NAMES])
    used = [c.name for c in step.used_references().values() if c.name not in ("", NOT_APPLICABLE)]
    made = f"{product} made again from {plan.source}{' with ' if used else ''}{', '.join(used)}"
    if found.same:
        say(f"{made}: identical, bit by bit")
        return 0
    say(f"{made}: it differs")
    for line in report(found):
        say(line)
    return 1


def _counterpart(product: str, made: Sequence[str]) -> str:
    """Return which of the products of a run a product is: by its name, else by its model."""
    for path in made:
        if os.path.basename(path) == os.path.basename(product):
            return path
    kind = primary_header(product).get("DATAMODL")
    alike = [path for path in made if primary_header(path).get("DATAMODL") == kind]
    # the run's own is the last
    return (alike or made)[-1]
