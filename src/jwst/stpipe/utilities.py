"""Status of steps in the metadata of a model."""

from __future__ import annotations

from typing import Any

__all__ = ["NOT_SET", "query_step_status", "record_step_status"]

NOT_SET = "NOT SET"


def record_step_status(
    model: Any,  # noqa: ANN401 - a model or a sequence of models
    cal_step: str,
    success: bool = True,
    status: str | None = None,
) -> None:
    """
    Record in a model, or in each of a sequence, whether a step was done.

    Parameters
    ----------
    model : JwstDataModel or sequence of them
        Changed in place.
    cal_step : str
        Name below ``meta.cal_step``.
    success : bool, optional
        COMPLETE when true, SKIPPED when false.
    status : str, optional
        Recorded in place of these.
    """
    word = status if status is not None else ("COMPLETE" if success else "SKIPPED")
    for one in model if isinstance(model, list | tuple) else [model]:
        setattr(one.meta.cal_step, cal_step, word)


def query_step_status(model: Any, cal_step: str) -> str:  # noqa: ANN401
    """Return the status of a step in a model (the first of a sequence), NOT SET without one."""
    first = model[0] if isinstance(model, list | tuple) else model
    return getattr(first.meta.cal_step, cal_step, None) or NOT_SET
