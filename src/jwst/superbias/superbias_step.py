"""The superbias step: the signal of the detector's reset is subtracted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strun.engine.correction import Correction
from strun.steps.readout import has_zeroframe, refuse_readout
from strun.steps.step import Step

if TYPE_CHECKING:
    from strun.datamodels.model import JwstDataModel


class SuperBiasStep(Step):
    """
    Subtract the superbias of a near-infrared detector.

    It is the signal right after the reset. The flags of the SUPERBIAS reference file go into
    PIXELDQ; pixels whose superbias is NaN keep their samples.
    """

    class_alias = "superbias"
    opens_ramp = True
    product_suffix = "superbias"
    panels = "jwst.panels:SUPERBIAS"
    shares = (
        ("samples_subtracted", "samples", "corrected"),
        ("pixels_without_bias", "pixels", "without superbias"),
    )
    spec = """
    force = boolean(default=False)  # Correct an exposure that says it is corrected already
    """
    reference_file_types = ["superbias"]

    force: bool

    def examine(self, model: JwstDataModel) -> None:
        """Refuse an exposure of a guider, or corrected already (unless `force` is set)."""
        refuse_readout(model, self.class_alias)
        self.refuse_repetition(model, force=self.force)

    def prepare(self, model: JwstDataModel) -> Correction | None:
        """Return the superbias of the exposure's pixels, None when there is no reference."""
        from jwst.superbias.correction import SuperBiasCorrection
        from strun.datamodels.covering import covering_window, flags_of, rows_of
        from strun.datamodels.reference_models import SuperBiasModel

        reference = self.open_reference(model, "superbias", SuperBiasModel)
        if reference is None:
            return None
        window = covering_window(model, reference, array="data")
        bias = rows_of(reference, "data", window)
        return SuperBiasCorrection(
            bias, flags_of(reference, window), zeroframe=has_zeroframe(model)
        )
