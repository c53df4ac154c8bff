"""The orders of the detector steps, which calwebb_dark and calwebb_detector1 share."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from strun.datamodels.model import JwstDataModel

MIRI, NEAR_INFRARED = "MIRI", "NIRCam, NIRISS, NIRSpec, FGS"

LINEAR_STEPS = {
    MIRI: (
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
    ),
    NEAR_INFRARED: (
        "group_scale",
        "dq_init",
        "saturation",
        "ipc",
        "superbias",
        "refpix",
        "linearity",
    ),
}
"""The steps from the raw exposure to its linearized ramps, in order, by instruments."""


def instruments_of(model: JwstDataModel) -> str:
    """Return which instruments, those of an exposure among them, need the same steps."""
    return MIRI if model.meta.instrument.name == "MIRI" else NEAR_INFRARED
