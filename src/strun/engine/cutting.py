"""What a correction needs of an exposure, and how that is cut into bands and blocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from strun.blockio.blocks import Plan, plan
from strun.engine.correction import Correction
from strun.errors import StepError

if TYPE_CHECKING:
    from strun.datamodels.model import JwstDataModel

__all__ = ["PIXELS", "SAMPLES", "ZEROFRAME", "cut", "needed", "ngroups_of"]

PIXELS = ("pixeldq", "dq")
SAMPLES = ("data", "err", "groupdq")
ZEROFRAME = "zeroframe"


def ngroups_of(model: JwstDataModel) -> int:
    """Return the groups of an integration, 1 for an exposure without that axis."""
    shape = model.array_shape("data")
    return shape[-3] if shape is not None and len(shape) > 3 else 1


def needed(model: JwstDataModel, correction: Correction) -> list[str]:
    """
    Return the names of the arrays that a correction works on.

    Raises
    ------
    StepError
        When the model has no such array.
    """
    names = dict.fromkeys((*correction.changes, *correction.reads))
    unknown = [name for name in names if name not in model.arrays]
    if unknown:
        where = model.file.path if model.file is not None else "the model"
        raise StepError(
            f"{where}: {type(correction).__name__} corrects {', '.join(unknown)}, which a "
            f"{type(model).__name__} does not have; it has {', '.join(model.arrays)}; is it an "
            "exposure?"
        )
    return list(names)


class _Sized(Protocol):
    """What must be known of an array to cut it."""

    @property
    def shape(self) -> tuple[int, int, int]:
        """Frames, rows and columns."""

    @property
    def itemsize(self) -> int:
        """Bytes of a value."""


def cut(
    arrays: Mapping[str, _Sized],
    correction: Correction,
    ngroups: int,
    *,
    budget: int,
    workers: int,
) -> Plan:
    """
    Cut an exposure so that a block of its widest array takes the budget.

    Parameters
    ----------
    arrays : mapping
        Name to what has a shape (frames, rows, columns) and an itemsize.
    correction : Correction
        What will be done with the blocks.
    ngroups : int
        Groups of an integration.
    budget : int
        Bytes of a block.
    workers : int
        How many share the bands.
    """
    name = next((n for n in SAMPLES if n in arrays), None)
    ramp = ngroups if correction.whole_ramp else None
    if name is None:
        _, ny, nx = next(iter(arrays.values())).shape
        return plan((1, ny, nx), 4 * nx, budget=budget, workers=workers)
    shape = arrays[name].shape
    widest = max(arrays[n].itemsize for n in SAMPLES if n in arrays)
    return plan(shape, widest * shape[2], budget=budget, workers=workers, ramp=ramp)
