"""The dq_init step as functions on models, under the names that users know."""

from __future__ import annotations

import logging
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jwst.dq_init.correction import MaskCorrection
from strun.datamodels.covering import covering_window, flags_of
from strun.datamodels.model import JwstDataModel
from strun.datamodels.opening import as_kind, changing
from strun.datamodels.reference_models import MaskModel
from strun.engine.passes import correct_in_memory

log = logging.getLogger(__name__)

_DEFAULTS = {
    "dq": "Setting input DQ to default array",
    "pixeldq": "Setting input pixel DQ to default array",
    "groupdq": "Setting input group DQ to default array",
}


def check_dimensions(input_model: JwstDataModel) -> None:
    """
    Replace flag arrays that are missing or of the wrong shape by zeros.

    Parameters
    ----------
    input_model : JwstDataModel
        Changed in place; a warning names each array that is replaced.
    """
    for name, warning in _DEFAULTS.items():
        if name not in input_model.arrays:
            continue
        wanted = input_model.get_default(name)
        found = getattr(input_model, name)
        if wanted is not None and (found is None or found.shape != wanted.shape):
            log.warning(warning)
            setattr(input_model, name, wanted)


def do_dqinit(
    output_model: JwstDataModel, mask_model: MaskModel, user_dq: NDArray[Any] | None = None
) -> JwstDataModel:
    """
    Set the flags of a mask in a model.

    Parameters
    ----------
    output_model : JwstDataModel or model of stdatamodels
        Changed in place.
    mask_model : MaskModel, of this package or of stdatamodels
        Not changed.
    user_dq : ndarray of int, optional
        Standard flags to add, of the shape of the (cut) mask.

    Returns
    -------
    JwstDataModel
        The same model.

    Raises
    ------
    ValueError
        When `user_dq` has another shape, or the mask does not cover the exposure.
    """
    mask_model = as_kind(mask_model, MaskModel)
    with changing(output_model) as model:
        _set_flags(model, mask_model, user_dq)
    output_model.meta.cal_step.dq_init = "COMPLETE"
    return output_model


def _set_flags(model: JwstDataModel, mask_model: MaskModel, user_dq: NDArray[Any] | None) -> None:
    check_dimensions(model)
    mask = flags_of(mask_model, covering_window(model, mask_model, array="dq"))
    if user_dq is not None and user_dq.shape != mask.shape:
        raise ValueError(f"user_dq has shape={user_dq.shape} but expecting {mask.shape}")
    user_dq = None if user_dq is None else user_dq.astype(np.uint32)
    correct_in_memory(model, MaskCorrection(mask, guider="dq" in model.arrays, user_dq=user_dq))
