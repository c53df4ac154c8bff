"""The saturation step: samples beyond the range of the detector are flagged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strun.datamodels.keywords import required
from strun.engine.correction import Correction
from strun.steps.readout import has_zeroframe, refuse_readout
from strun.steps.step import Step

if TYPE_CHECKING:
    from strun.datamodels.model import JwstDataModel


class SaturationStep(Step):
    """
    Flag samples that are saturated, or at the A/D floor.

    Samples at or above the threshold of their pixel in the SATURATION reference file, and all
    later ones of the ramp, get SATURATED in GROUPDQ; samples at or below zero AD_FLOOR and
    DO_NOT_USE.
    """

    class_alias = "saturation"
    opens_ramp = True
    product_suffix = "saturation"
    panels = "jwst.panels:SATURATION"
    shares = (
        ("samples_saturated", "samples", "saturated"),
        ("samples_floor", "samples", "flagged AD_FLOOR"),
        ("pixels_unchecked", "pixels", "flagged NO_SAT_CHECK"),
    )
    spec = """
    n_pix_grow_sat = integer(default=1)    # Layers of pixels around a saturated one to flag
    use_readpatt   = boolean(default=True) # Look for frames that saturated within a group
    """
    reference_file_types = ["saturation", "superbias"]

    n_pix_grow_sat: int
    use_readpatt: bool

    def examine(self, model: JwstDataModel) -> None:
        """Refuse an exposure that was read out by IRS2 or in superstripes."""
        refuse_readout(model, self.class_alias, "by IRS2", "in superstripes")

    def prepare(self, model: JwstDataModel) -> Correction | None:
        """Return the thresholds of the exposure's pixels, None when there is no reference."""
        from jwst.saturation.correction import SaturationCorrection
        from strun.datamodels.covering import covering_window, flags_of, rows_of
        from strun.datamodels.reference_models import SaturationModel, SuperBiasModel

        reference = self.open_reference(model, "saturation", SaturationModel)
        superbias = self.open_reference(model, "superbias", SuperBiasModel, needed=False)
        if reference is None:
            return None
        window = covering_window(model, reference, array="data")
        thresholds = rows_of(reference, "data", window)
        bias = None
        if superbias is not None:
            bias = rows_of(superbias, "data", covering_window(model, superbias, array="data"))
        nframes = None
        if self.use_readpatt:
            nframes = required(model, "meta.exposure.nframes", "the frames that make a group")
        return SaturationCorrection(
            thresholds,
            flags_of(reference, window),
            bias=bias,
            layers=self.n_pix_grow_sat,
            nframes=nframes,
            zeroframe=has_zeroframe(model),
        )
