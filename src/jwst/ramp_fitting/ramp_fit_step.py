"""The ramp_fit step: count rates of ramps."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from strun.datamodels.exposure_models import (
    CubeModel,
    IFUImageModel,
    ImageModel,
    RampFitOutputModel,
)
from strun.datamodels.keywords import required
from strun.datamodels.model import JwstDataModel
from strun.effects.effect import Effect
from strun.engine.correction import Correction
from strun.errors import InputError
from strun.steps.readout import has_zeroframe, refuse_readout
from strun.steps.step import Step

if TYPE_CHECKING:
    from jwst.ramp_fitting.samples import Timing
    from strun.datamodels.derived_products import Derived

log = logging.getLogger(__name__)

_IFU = ("NRS_IFU", "MIR_MRS")
_IFU_BY_LAMP = ("NRS_AUTOWAVE", "NRS_LAMP")
_UNIT = "DN/s"
# jwst falls back from LIKELY below
_FEWEST_FOR_LIKELY = 4


class RampFitStep(Step):
    """
    Fit straight lines to ramps.

    The result are the count rates of the exposure (_rate) and of each integration (_rateints),
    with their errors and flags.
    """

    class_alias = "ramp_fit"
    opens_ramp = True
    product_suffix = "rate"
    shares = (("pixels_without_rate", "pixels", "without a rate"),)
    spec = """
    algorithm          = option('OLS_C', 'LIKELY', default='OLS_C')  # strun has OLS_C
    int_name           = string(default='')      # As in jwst, where it has no effect
    save_opt           = boolean(default=False)  # Save segments and jumps of ramps (_fitopt)
    opt_name           = string(default='')      # Name of their product, that of the input if none
    suppress_one_group = boolean(default=True)   # Leave out ramps with one good group
    firstgroup         = integer(default=None)   # Leave out groups before this one (from 0)
    lastgroup          = integer(default=None)   # Leave out groups after this one (from 0)
    maximum_cores      = string(default='1')     # As in jwst, where it gives the cores
    """
    reference_file_types = ["readnoise", "gain"]

    algorithm: str
    save_opt: bool
    opt_name: str
    suppress_one_group: bool
    firstgroup: int | None
    lastgroup: int | None

    def effect_of(self, counts: Mapping[str, Any]) -> Effect:
        """
        Return shares of pixels, and the ramp of the brightest good one.

        It has no flag, saturation or jump; what is told is its rate in DN/s, and samples and flags
        in the first integration.
        """
        effect = super().effect_of(counts)
        if "max_example" in counts:
            rate, row, column, samples, flags = counts["max_example"]
            effect.numbers["brightest"] = {
                "column": -column, "row": -row, "rate": rate, "samples": samples, "flags": flags
            }  # fmt: skip
        return effect

    def examine(self, model: JwstDataModel) -> None:
        """Refuse some readouts, and LIKELY where jwst would not fall back from it."""
        refuse_readout(model, self.class_alias, "in superstripes", "at times of its own")
        shape = model.shape
        long = shape is not None and len(shape) > 3 and shape[1] >= _FEWEST_FOR_LIKELY
        if self.algorithm == "LIKELY" and long:
            said = self.origins.get("algorithm", "its default")
            raise InputError(
                f"algorithm of ramp_fit is LIKELY ({said}), and strun has not this yet; give "
                f"{self.option('algorithm')}=OLS_C, or use jwst"
            )

    def derived(self, model: JwstDataModel) -> Sequence[Derived]:
        """Return the rates of the exposure, those of its integrations, and the optional product."""
        from strun.datamodels.derived_products import Derived, DerivedArray

        assert model.shape is not None  # the correction was prepared
        nints, _, *image = model.shape

        def units(*planes: int) -> list[DerivedArray]:
            shape = (*planes, *image)
            return [
                DerivedArray("data", shape, _UNIT),
                DerivedArray("err", shape, _UNIT),
                *(DerivedArray(name, shape) for name in ("dq", "var_poisson", "var_rnoise")),
            ]

        cube = units(nints)
        kind = IFUImageModel if _is_ifu(model) else ImageModel
        rates = [
            Derived("rate", kind, tuple(units())),
            Derived("rateints", CubeModel, (*cube[:3], "int_times", *cube[3:])),
        ]
        return [*rates, self._optional(model, model.shape)] if self.save_opt else rates

    def _optional(self, model: JwstDataModel, shape: tuple[int, ...]) -> Derived:
        from jwst.ramp_fitting.optional import OptionalPlanes, room_for
        from strun.datamodels.derived_products import Derived, DerivedArray
        from strun.provenance.keywords import set_keywords

        nints, ngroups, *image = shape

        def array(name: str) -> DerivedArray:
            room = room_for(name, ngroups)
            if room is None:
                return DerivedArray(name, (nints, *image))
            counted = "max_jumps" if name == "crmag" else "max_segments"
            return DerivedArray(name, (nints, room, *image), counted=counted)

        units = tuple(map(array, OptionalPlanes._fields))
        # as jwst, which saves it before the step is recorded
        before = JwstDataModel(model)
        set_keywords(before, "", alias=None, references={})
        return Derived("fitopt", RampFitOutputModel, units, before, self.opt_name)

    def prepare(self, model: JwstDataModel) -> Correction:
        """Return the fit of the exposure's ramps."""
        from jwst.ramp_fitting.correction import RampFitCorrection
        from jwst.ramp_fitting.samples import Selection
        from strun.datamodels.reference_models import GainModel, ReadnoiseModel

        shape = model.shape
        if shape is None or len(shape) != 4:
            where = model.file.path if model.file is not None else "the model"
            raise InputError(f"{where}: SCI has the shape {shape}, expected ramps (four axes)")
        timing = _timing(model)
        readnoise, _ = self.open_image(model, "readnoise", ReadnoiseModel)
        gain, reference = self.open_image(model, "gain", GainModel)
        factor = reference.meta.exposure.gain_factor
        if factor is not None:
            # for gain_scale
            model.meta.exposure.gain_factor = factor
        nints, ngroups, ny, nx = shape
        return RampFitCorrection(
            gain,
            readnoise,
            timing,
            Selection(
                self.firstgroup,
                self.lastgroup,
                suppress_single=self.suppress_one_group,
                drops_unused=model.meta.instrument.name == "MIRI",
            ),
            shape=(nints, ngroups, ny, nx),
            zeroframe=has_zeroframe(model),
            optional=self.save_opt,
        )


def _is_ifu(model: JwstDataModel) -> bool:
    kind = model.meta.exposure.type
    return kind in _IFU or (kind in _IFU_BY_LAMP and model.meta.instrument.lamp_mode == "IFU")


def _timing(model: JwstDataModel) -> Timing:
    import numpy as np

    from jwst.ramp_fitting.samples import Timing

    said = model.meta.exposure
    nframes, *times = (
        required(model, f"meta.exposure.{name}", "rates are fitted by it")
        for name in ("nframes", "group_time", "frame_time")
    )
    # as the compiled fit of jwst takes them
    group_time, frame_time = (float(np.float32(time)) for time in times)
    return Timing(group_time, frame_time, nframes, said.groupgap or 0, said.drop_frames1 or 0)
