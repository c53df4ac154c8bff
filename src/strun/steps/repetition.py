"""Steps that must not be applied to an exposure twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strun.datamodels.keywords import table
from strun.errors import InputError

if TYPE_CHECKING:
    from strun.datamodels.model import JwstDataModel

__all__ = ["refuse_repetition"]


def refuse_repetition(model: JwstDataModel, alias: str | None, *, force: bool) -> None:
    """
    Refuse an exposure whose header says that a step has corrected it already.

    Parameters
    ----------
    model : JwstDataModel
        The exposure.
    alias : str
        The step's name in ``meta.cal_step``.
    force : bool
        Whether it is to be corrected all the same.

    Raises
    ------
    InputError
        When it is.
    """
    if force or getattr(model.meta.cal_step, str(alias)) != "COMPLETE":
        return
    keyword = table().by_path[f"meta.cal_step.{alias}"].keyword
    raise InputError(
        f"{model.label}: {keyword} is COMPLETE, it is corrected already; "
        "use the input of that run, or --force to correct it twice"
    )
