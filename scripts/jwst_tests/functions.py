"""What jwst's and stcal's modules call their functions, done by the steps of this package.

The tests of a step call these functions beside the step. Users call steps, so that the functions
are here and not in the package. Each works on the model that it is given, as theirs do.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import jwst.datamodels
from jwst.charge_migration import ChargeMigrationStep
from jwst.dark_current import DarkCurrentStep
from jwst.firstframe import FirstFrameStep
from jwst.gain_scale import GainScaleStep
from jwst.group_scale import GroupScaleStep
from jwst.guider_cds import GuiderCdsStep
from jwst.lastframe import LastFrameStep
from jwst.ramp_fitting import RampFitStep
from jwst.refpix import RefPixStep
from jwst.reset import ResetStep
from jwst.rscd import RscdStep
from jwst.saturation import SaturationStep
from jwst.superbias import SuperBiasStep
from strun.steps.prepared_run import begin
from strun.steps.stages import run_stages
from strun.steps.step import Step

Model = Any


def _run(step: Step, model: Model) -> Any:  # noqa: ANN401
    """Run a step on a model itself, where `run` takes a copy."""
    begin(step)
    for each in (model, *(step.get_ref_override(kind) for kind in step.reference_file_types)):
        _place(each)
    return run_stages(step, model, list(step.stages(model)))


def _place(model: Any) -> None:  # noqa: ANN401 - a model, or nothing
    """Let a model that does not say where it lies, or of which detector, be of a full frame."""
    if not hasattr(model, "meta") or not model.shape:
        return
    where, (ny, nx) = model.meta.subarray, model.shape[-2:]
    for name, value in {"xstart": 1, "ystart": 1, "xsize": nx, "ysize": ny}.items():
        if getattr(where, name) is None:
            setattr(where, name, value)


def charge_migration(model: Model, threshold: float) -> Model:
    """Flag samples above a threshold, and their neighbors."""
    return _run(ChargeMigrationStep(signal_threshold=threshold), model)


def _of_miri(model: Model) -> Model:
    """Return a model that says it is of MIRI if it says nothing: functions of MIRI do not look."""
    model.meta.instrument.name = model.meta.instrument.name or "MIRI"
    model.meta.instrument.detector = model.meta.instrument.detector or "MIRIMAGE"
    return model


def first_frame(model: Model, bright_use_group1: bool = False) -> Model:
    """Flag the first groups."""
    return _run(FirstFrameStep(bright_use_group1=bright_use_group1), _of_miri(model))


def last_frame(model: Model) -> Model:
    """Flag the last groups."""
    return _run(LastFrameStep(), _of_miri(model))


def group_scale(model: Model) -> Model:
    """Scale groups to the mean of their frames."""
    return _run(GroupScaleStep(), model)


def gain_scale(model: Model, gain_factor: float) -> Model:
    """Scale count rates by a factor."""
    model.meta.exposure.gain_factor = gain_factor
    return _run(GainScaleStep(), model)


def guider_cds(model: Model, gain: Model, readnoise: Model) -> Model:
    """Make count rates of a guider."""
    return GuiderCdsStep(override_gain=gain, override_readnoise=readnoise).run(model)


def reset(model: Model, reference: Model) -> Model:
    """Subtract the reset anomaly."""
    return _run(ResetStep(override_reset=reference), _of_miri(model))


def rscd(model: Model, first: int, later: int) -> Model:
    """Flag the first groups by numbers that a reference would give."""
    names = {"subarray": "S17", "readpatt": "S12", "group_skip1": "i4", "group_skip": "i4"}
    said = model.meta.subarray.name or "FULL", model.meta.exposure.readpatt or "FASTR1"
    model.meta.subarray.name, model.meta.exposure.readpatt = said
    table = np.array([(*said, first, later)], list(names.items()))
    reference = jwst.datamodels.RSCDModel(rscd_group_skip_table=table)
    return _run(RscdStep(override_rscd=reference), _of_miri(model))


def saturation(
    model: Model,
    reference: Model,
    n_pix_grow_sat: int,
    use_readpatt: bool,
    bias_model: Model = None,
) -> Model:
    """Flag saturated samples."""
    step = SaturationStep(
        n_pix_grow_sat=n_pix_grow_sat,
        use_readpatt=use_readpatt,
        override_saturation=reference,
        override_superbias="N/A" if bias_model is None else bias_model,
    )
    return _run(step, model)


def superbias(model: Model, reference: Model) -> Model:
    """Subtract the superbias."""
    return _run(SuperBiasStep(override_superbias=reference), model)


def dark(model: Model, reference: Model, dark_output: str | None = None) -> tuple[Model, Model]:
    """Subtract the dark; the second is the one that was averaged, which steps do not give."""
    step = DarkCurrentStep(override_dark=reference, dark_output=dark_output)
    return _run(step, model.copy()), None


def refpix(
    model: Model,
    odd_even_columns: bool,
    use_side_ref_pixels: bool,
    side_smoothing_length: int,
    side_gain: float,
    odd_even_rows: bool,
    conv_kernel_params: object,
    siglimit: float,
) -> None:
    """Subtract the drift of reference pixels."""
    step = RefPixStep(
        odd_even_columns=odd_even_columns,
        use_side_ref_pixels=use_side_ref_pixels,
        side_smoothing_length=side_smoothing_length,
        side_gain=side_gain,
        odd_even_rows=odd_even_rows,
        siglimit=siglimit,
    )
    _run(step, model)


_PLANES = ("dq", "var_poisson", "var_rnoise", "err")


def ramp_fit(
    model: Model,
    save_opt: bool,
    readnoise: np.ndarray,
    gain: np.ndarray,
    algorithm: str,
    weighting: str,
    max_cores: str,
    dqflags: dict[str, int],
    suppress_one_group: bool = False,
) -> tuple[dict[str, np.ndarray] | None, ...]:
    """Fit ramps; return the arrays of the exposure, of its integrations, and of segments."""
    step = RampFitStep(
        algorithm=algorithm,
        save_opt=save_opt,
        suppress_one_group=suppress_one_group,
        override_gain=jwst.datamodels.GainModel(data=gain),
        override_readnoise=jwst.datamodels.ReadnoiseModel(data=readnoise),
    )
    made = _run(step, model)
    if made is None or made[0] is None:
        return None, None, None
    rate, rateints, *rest = made
    found = [
        {"slope": each.data} | {name: getattr(each, name) for name in _PLANES}
        for each in (rate, rateints)
    ]
    optional = {name: getattr(rest[0], name) for name in rest[0].arrays} if rest else None
    return *found, optional


FUNCTIONS: dict[str, dict[str, Any]] = {
    "jwst.charge_migration.charge_migration": {"charge_migration": charge_migration},
    "jwst.firstframe.firstframe_sub": {"do_correction": first_frame},
    "jwst.lastframe.lastframe_sub": {"do_correction": last_frame},
    "jwst.group_scale.group_scale": {"do_correction": group_scale},
    "jwst.gain_scale.gain_scale": {"do_correction": gain_scale},
    "jwst.guider_cds.guider_cds": {"guider_cds": guider_cds},
    "jwst.refpix.reference_pixels": {
        "correct_model": refpix,
        "NRS_edgeless_subarrays": ("SUB512", "SUB512S", "SUB32"),
    },
    "jwst.reset.reset_sub": {"do_correction": reset},
    "jwst.rscd.rscd_sub": {"correction_skip_groups": rscd},
    "jwst.saturation.saturation": {"flag_saturation": saturation},
    "jwst.superbias.bias_sub": {"do_correction": superbias},
    "stcal.dark_current.dark_sub": {"do_correction": dark},
    "stcal.ramp_fitting.ramp_fit": {"ramp_fit": ramp_fit},
}
"""Functions by module and name."""
