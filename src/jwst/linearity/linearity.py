"""The linearity step as a function on models, under the name that users know."""

from __future__ import annotations

from jwst.linearity.linearity_step import correction_for
from strun.datamodels.model import JwstDataModel
from strun.datamodels.opening import as_kind, changing
from strun.datamodels.reference_models import LinearityModel
from strun.engine.passes import correct_in_memory


def do_correction(output_model: JwstDataModel, lin_model: LinearityModel) -> JwstDataModel:
    """
    Correct a model by the polynomials of a linearity reference.

    Parameters
    ----------
    output_model : RampModel, of this package or of stdatamodels
        Changed in place.
    lin_model : LinearityModel, of either
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
    reference = as_kind(lin_model, LinearityModel)
    with changing(output_model) as model:
        correct_in_memory(model, correction_for(model, reference, name="the reference"))
    return output_model
