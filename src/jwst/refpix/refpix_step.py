"""The refpix step: drifts of the signal are taken out with the reference pixels."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from strun.datamodels.subarray import FULL_FRAME, REFERENCE_WIDTH, border_of, corner_of, full_frame
from strun.effects.effect import Effect
from strun.engine.correction import Correction
from strun.errors import InputError
from strun.steps.readout import has_zeroframe, refuse_readout
from strun.steps.step import Step

if TYPE_CHECKING:
    from jwst.refpix.layout import Orientation
    from strun.datamodels.model import JwstDataModel

log = logging.getLogger(__name__)

# subarrays of NIRSpec that are read with borders of their own in the place of reference pixels
_EDGELESS = ("SUB512", "SUB512S", "SUB32")


class RefPixStep(Step):
    """
    Subtract the drift that the reference pixels show.

    In near-infrared detectors it is that of each amplifier and parity of columns, from reference
    pixels at both ends of them, and of each row, from the sides; in MIRI that of each output and
    parity of rows since the first group of the integration.
    """

    class_alias = "refpix"
    opens_ramp = True
    product_suffix = "refpix"
    panels = "jwst.refpix.panels"
    spec = """
    odd_even_columns        = boolean(default=True)            # Near-infrared: odd and even columns apart
    use_side_ref_pixels     = boolean(default=True)            # Near-infrared: follow the drift from row to row
    side_smoothing_length   = integer(min=1, max=4095, default=11) # Rows of the running median at the sides
    side_gain               = float(default=1.0)               # Factor of the signal of the sides
    odd_even_rows           = boolean(default=True)            # MIRI: odd and even rows apart
    ovr_corr_mitigation_ftr = float(default=3.0)               # IRS2 only
    preserve_irs2_refpix    = boolean(default=False)           # IRS2 only
    irs2_mean_subtraction   = boolean(default=False)           # IRS2 only
    refpix_algorithm        = option("median", "sirs", default="median") # How the sides are smoothed
    sigreject               = float(default=4.0)               # sirs only
    gaussmooth              = float(default=1.0)               # sirs only
    halfwidth               = integer(default=30)              # sirs only
    siglimit                = float(default=3.0)               # Standard deviations beyond which pixels are left out of means
    force                   = boolean(default=False)           # Correct an exposure that says it is corrected already
    """  # noqa: E501
    reference_file_types = ["refpix", "sirskernel"]

    odd_even_columns: bool
    use_side_ref_pixels: bool
    side_smoothing_length: int
    side_gain: float
    odd_even_rows: bool
    refpix_algorithm: str
    siglimit: float
    force: bool

    def asked_references(self, model: JwstDataModel) -> list[str]:
        """Return the kernels of SIRS where they are asked for: the other kind is of IRS2."""
        return ["sirskernel"] if self._wants_sirs(model) else []

    def effect_of(self, counts: Mapping[str, Any]) -> Effect:
        """Return the least and the largest mean drift of a group, in DN, unless none is finite."""
        if "min_drift" not in counts:
            return Effect(dict(counts), "no good reference pixels: nothing subtracted", "unchanged")
        low, high = counts["min_drift"], counts["max_drift"]
        line = (
            f"{low:.2f} to {high:.2f} DN subtracted on average from each of {counts['groups']:,} "
            f"groups, by {counts['reference_pixels']:,} reference pixels"
        )
        return Effect(dict(counts), line, f"drift {high - low:.2f} DN")

    def examine(self, model: JwstDataModel) -> None:
        """Refuse an exposure that is corrected already (unless `force` is set), and some kinds."""
        self.refuse_repetition(model, force=self.force)
        refuse_readout(model, self.class_alias, "by IRS2", "in stripes", "in superstripes")

    def prepare(self, model: JwstDataModel) -> Correction | None:
        """Return the correction of the exposure; None for what cannot be corrected."""
        image, frame = _image(model), full_frame(model.meta.instrument.name)
        full = image == frame
        self._refuse_sirs(model)
        if _is_miri(model):
            if not full:
                log.warning("MIRI subarrays have no usable reference pixels: the step is skipped")
                return None
            from jwst.refpix.miri_correction import MiriRefPixCorrection

            border, limit = border_of(model), self.siglimit
            return MiriRefPixCorrection(border, image, by_parity=self.odd_even_rows, limit=limit)
        ends = [first + size for first, size in zip(corner_of(model), image, strict=True)]
        if ends[0] > frame[0] or ends[1] > frame[1]:
            log.warning("The subarray is not within the full frame: the step is skipped")
            return None
        return self._near_infrared(model, full=full)

    def _near_infrared(self, model: JwstDataModel, *, full: bool) -> Correction:
        from jwst.refpix.correction import Parameters, RefPixCorrection

        border = border_of(model)
        one_output = not full and model.meta.exposure.noutputs != 4
        subarray = model.meta.subarray.name
        edgeless = one_output and subarray in _EDGELESS
        if edgeless:
            log.info("%s: the outermost columns count as reference pixels", subarray)
            border = border._replace(columns=(REFERENCE_WIDTH, REFERENCE_WIDTH))
        if not any((*border.rows, *border.columns)):
            log.info("The subarray has no reference pixels: its samples stay as they are")
        return RefPixCorrection(
            Parameters(
                self.odd_even_columns,
                self.use_side_ref_pixels,
                self.side_smoothing_length,
                self.side_gain,
                self.siglimit,
            ),
            _orientation(model),
            border,
            _image(model),
            one_output=one_output,
            edgeless=edgeless,
            zeroframe=has_zeroframe(model),
            name=model.label,
        )

    def _wants_sirs(self, model: JwstDataModel) -> bool:
        full = model.shape is not None and _image(model) == FULL_FRAME
        return self.refpix_algorithm == "sirs" and full and not _is_miri(model)

    def _refuse_sirs(self, model: JwstDataModel) -> None:
        if self.refpix_algorithm != "sirs":
            return
        if not self._wants_sirs(model):
            log.info("SIRS is for near-infrared full frames: it is not used for this exposure")
        elif self.get_reference_file(model, "sirskernel") == "N/A":
            log.warning("No SIRSKERNEL reference for this exposure: the running median is used")
        else:
            raise InputError(
                f"{model.label}: refpix does not know SIRS yet; use "
                f"{self.option('refpix_algorithm')}=median, or jwst for it"
            )


def _is_miri(model: JwstDataModel) -> bool:
    return (model.meta.instrument.name or "").upper() == "MIRI"


def _image(model: JwstDataModel) -> tuple[int, int]:
    assert model.shape is not None  # the exposure has been opened
    ny, nx = model.shape[-2:]
    return ny, nx


def _orientation(model: JwstDataModel) -> Orientation:
    from jwst.refpix.layout import Orientation

    fast, slow = model.meta.subarray.fastaxis, model.meta.subarray.slowaxis
    if {abs(axis) if isinstance(axis, int) else axis for axis in (fast, slow)} != {1, 2}:
        raise InputError(
            f"{model.label}: FASTAXIS is {fast} and SLOWAXIS {slow}, expected 1 or -1 and 2 or "
            "-2, in either order; correct them"
        )
    return Orientation(fast, slow, corner_of(model))
