"""The orders of the detector steps, which calwebb_dark and calwebb_detector1 share."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from strun.datamodels.model import JwstDataModel

__all__ = ["linear_steps"]

_MIRI = (
    "group_scale",
    "dq_init",
    "emicorr",
    "saturation",
    "ipc",
    "firstframe",
    "lastframe",
    "reset",
    "linearity",
    "rscd",
)
_NEAR_INFRARED = (
    "group_scale",
    "dq_init",
    "saturation",
    "ipc",
    "superbias",
    "refpix",
    "linearity",
)


def is_miri(model: JwstDataModel) -> bool:
    """Return whether an exposure is of MIRI."""
    return bool(model.meta.instrument.name == "MIRI")


def linear_steps(model: JwstDataModel) -> tuple[str, ...]:
    """Return the steps from the raw exposure to its linearized ramps, in order."""
    return _MIRI if is_miri(model) else _NEAR_INFRARED
