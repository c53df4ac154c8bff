"""Which instrument an exposure is of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strun.errors import InputError

if TYPE_CHECKING:
    from strun.datamodels.model import JwstDataModel


def is_miri(model: JwstDataModel) -> bool:
    """
    Return whether an exposure is of a detector of MIRI.

    Raises
    ------
    InputError
        When it does not say of which.
    """
    detector = model.meta.instrument.detector
    if detector is None:
        raise InputError(f"{model.label}: DETECTOR is missing; add it")
    return str(detector).startswith("MIR")
