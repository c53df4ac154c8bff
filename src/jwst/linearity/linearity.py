"""The linearity step as a function on models, under the name that users know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwst.linearity.linearity_step import correction_for
from jwst.stpipe.loop import correct_in_memory

if TYPE_CHECKING:
    from jwst.datamodels.linearity import LinearityModel
    from jwst.datamodels.model import JwstDataModel

__all__ = ["do_correction"]


def do_correction(output_model: JwstDataModel, lin_model: LinearityModel) -> JwstDataModel:
    """
    Correct a model by the polynomials of a linearity reference.

    Parameters
    ----------
    output_model : RampModel
        Changed in place.
    lin_model : LinearityModel
        Not changed.

    Returns
    -------
    RampModel
        The same model.

    Raises
    ------
    ValueError
        When the reference cannot be used, or does not cover the exposure.
    """
    correct_in_memory(output_model, correction_for(output_model, lin_model, name="the reference"))
    return output_model
