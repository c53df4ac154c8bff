"""What ``--resume`` would do, told and not done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from strun.batch.runner import Batch
from strun.cli.shell import say, say_error

if TYPE_CHECKING:
    from strun.batch.exposure import Exposure
    from strun.batch.how import How
    from strun.steps.step import Step

__all__ = ["tell_resume"]

_SAME, _REDONE, _NEW, _FAULTY = "up to date", "to be redone", "to be made", "cannot be run"


def tell_resume(step: Step, paths: Sequence[str], how: How) -> int:
    """
    Print what would become of each exposure, and of how many; nothing is written.

    Parameters
    ----------
    step : Step
        With its parameters.
    paths : sequence of str
        The inputs.
    how : How
        As they would be run, with `resume`.

    Returns
    -------
    int
        1 when some of them cannot be run, else 0.
    """
    batch = Batch(step, paths, how)
    for each in batch.look():
        say_error("strun", each.fault)
    counts: Counter[str] = Counter()
    for each in batch.exposures:
        word, why = _verdict(each)
        counts[word] += 1
        say(f"{word:<13} {each.path}{f' -> {each.product}' if each.product else ''}{why}")
    told = ", ".join(f"{counts[word]} {word}" for word in (_SAME, _REDONE, _NEW, _FAULTY))
    none = "; nothing is run (--strict)" if counts[_FAULTY] and how.strict else ""
    say(f"{len(paths)} {'exposure' if len(paths) == 1 else 'exposures'}: {told}{none}")
    return int(counts[_FAULTY] > 0)


def _verdict(exposure: Exposure) -> tuple[str, str]:
    """Return what would become of an exposure, and why."""
    if exposure.fault:
        return _FAULTY, ""
    if exposure.stale is None:
        return _NEW, ""
    return (_REDONE, f": {exposure.stale[0]}") if exposure.stale else (_SAME, "")
