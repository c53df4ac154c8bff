"""Status of steps in the metadata of a model."""

from __future__ import annotations

from typing import Any

NOT_SET = "NOT SET"
_STATUS = ("COMPLETE", "SKIPPED", "FAILED")


def record_step_status(
    datamodel: Any,  # noqa: ANN401 - a model or a sequence of models
    cal_step: str,
    success: bool = True,
    status: str | None = None,
) -> None:
    """
    Record in a model, or in each of a sequence, whether a step was done.

    Parameters
    ----------
    datamodel : JwstDataModel or sequence of them
        Changed in place.
    cal_step : str
        Name below ``meta.cal_step``.
    success : bool, optional
        COMPLETE when true, FAILED when false.
    status : str, optional
        COMPLETE, SKIPPED or FAILED, in place of these.

    Raises
    ------
    ValueError
        When `status` is another word.
    """
    word = status if status is not None else ("COMPLETE" if success else "FAILED")
    if word not in _STATUS:
        raise ValueError(f"step status {word} not in allowed values: {', '.join(_STATUS)}")
    for model in datamodel if isinstance(datamodel, list | tuple) else [datamodel]:
        setattr(model.meta.cal_step, cal_step, word)


def query_step_status(datamodel: Any, cal_step: str) -> str:  # noqa: ANN401
    """
    Return the status of a step in a model, or in the first of a sequence.

    Parameters
    ----------
    datamodel : JwstDataModel or sequence of them
        Where to look.
    cal_step : str
        Name below ``meta.cal_step``.

    Returns
    -------
    str
        COMPLETE, SKIPPED or FAILED; ``NOT SET`` when nothing is recorded.
    """
    first = datamodel[0] if isinstance(datamodel, list | tuple) else datamodel
    return getattr(first.meta.cal_step, cal_step, None) or NOT_SET
