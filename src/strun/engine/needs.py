"""What a chain of corrections needs of an exposure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from strun.errors import StepError

if TYPE_CHECKING:
    from strun.datamodels.model import JwstDataModel
    from strun.engine.correction import Correction


def ngroups_of(model: JwstDataModel) -> int:
    """Return the groups of an integration, 1 for an exposure without that axis."""
    shape = model.array_shape("data")
    return shape[-3] if shape is not None and len(shape) > 3 else 1


def changed_by(corrections: Iterable[Correction]) -> frozenset[str]:
    """Return the names of the arrays that corrections rewrite."""
    return frozenset(name for each in corrections for name in each.changes)


def needed(corrections: Iterable[Correction]) -> list[str]:
    """Return the names of the arrays that corrections work on."""
    return list(dict.fromkeys(n for each in corrections for n in (*each.changes, *each.reads)))


def passes(corrections: Sequence[Correction]) -> list[slice]:
    """Return which corrections each pass over an exposure has; the last one may have none."""
    ends = [number for number, each in enumerate(corrections, 1) if each.whole_frames]
    return [slice(a, b) for a, b in zip([0, *ends], [*ends, len(corrections)], strict=True)]


def require_arrays(model: JwstDataModel, corrections: Sequence[Correction]) -> list[str]:
    """
    Return the names of the arrays that corrections work on.

    Raises
    ------
    StepError
        When the model has no such array.
    """
    for correction in corrections:
        unknown = [name for name in needed([correction]) if name not in model.arrays]
        if unknown:
            raise StepError(
                f"{model.label}: {type(correction).__name__} corrects {', '.join(unknown)}, "
                f"which a {type(model).__name__} does not have; it has "
                f"{', '.join(model.arrays)}; is it an exposure?"
            )
    return needed(corrections)
