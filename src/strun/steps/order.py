"""The order of the steps that build on each other's samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strun.datamodels.keywords import table
from strun.logs import get_logger

if TYPE_CHECKING:
    from strun.datamodels.model import JwstDataModel
    from strun.steps.reference_user import ReferenceUser

log = get_logger("stpipe.step")

# names in meta.cal_step; what flags whole groups alone can come at any time
_ORDER = (
    *("group_scale", "saturation", "ipc", "superbias", "refpix", "reset", "linearity"),
    *("dark_sub", "charge_migration", "jump"),
)


def warn_of_order(step: ReferenceUser, model: JwstDataModel) -> None:
    """Warn when an exposure has gone through a step already that comes after this one."""
    # MIRI's reference pixels are looked at after its dark
    order = [name for name in _ORDER if name != "refpix" or model.meta.instrument.name != "MIRI"]
    name = step.cal_step or step.class_alias
    for later in order[order.index(name) + 1 :] if name in order else ():
        if getattr(model.meta.cal_step, later) == "COMPLETE":
            log.warning(
                "%s: %s is COMPLETE, and that step comes after %s; use an exposure from before it",
                model.label,
                table().by_path[f"meta.cal_step.{later}"].keyword,
                step.class_alias,
            )
