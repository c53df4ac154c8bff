"""Steps that must not be applied to an exposure twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strun.datamodels.keywords import table
from strun.errors import InputError

if TYPE_CHECKING:
    from strun.datamodels.model import JwstDataModel
    from strun.steps.reference_user import ReferenceUser


def refuse_repetition(step: ReferenceUser, model: JwstDataModel, *, force: bool) -> None:
    """
    Refuse an exposure whose header says that a step has corrected it already.

    Parameters
    ----------
    step : Step
        The step; it has a parameter `force`.
    model : JwstDataModel
        The exposure.
    force : bool
        Whether it is to be corrected all the same.

    Raises
    ------
    InputError
        When it is.
    """
    alias = step.cal_step or step.class_alias
    if force or getattr(model.meta.cal_step, str(alias)) != "COMPLETE":
        return
    keyword = table().by_path[f"meta.cal_step.{alias}"].keyword
    raise InputError(
        f"{model.label}: {keyword} is COMPLETE, it is corrected already; "
        f"use the input of that run, or {step.option('force')} to correct it twice"
    )
