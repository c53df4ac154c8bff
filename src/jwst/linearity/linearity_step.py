"""The linearity step: samples corrected by a polynomial of each pixel."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from strun.datamodels.exposure_models import GuiderRawModel, RampModel
from strun.effects.effect import Effect, percent, share
from strun.engine.correction import Correction
from strun.errors import InputError, ReferenceFileError
from strun.steps.inputs import open_exposure
from strun.steps.readout import has_zeroframe
from strun.steps.step import Step

if TYPE_CHECKING:
    from jwst.linearity.correction import LinearityCorrection
    from strun.blockio.rows import Rows
    from strun.datamodels.covering import Covering
    from strun.datamodels.model import JwstDataModel
    from strun.datamodels.reference_models import LinearityModel

log = logging.getLogger(__name__)

# of a group; detectors of JWST take 8
_MOST_READS = 1024
# why a pixel has no polynomial, in words
_CAUSES = {"flagged": "flagged", "nan": "NaN", "zero": "no linear term"}


class LinearityStep(Step):
    """
    Correct the non-linear response of the pixels.

    Each pixel has a polynomial of its own. Samples flagged SATURATED keep their value, and so do
    pixels for which the LINEARITY reference file has no usable polynomial; these are flagged
    NO_LIN_CORR.
    """

    class_alias = "linearity"
    product_suffix = "linearitystep"
    panels = "jwst.linearity.panels"
    spec = """
    force = boolean(default=False)  # Correct an exposure that says it is corrected already
    """
    reference_file_types = ["linearity"]

    force: bool

    def open_input(self, init: Any) -> JwstDataModel:  # noqa: ANN401
        """Return a ramp; an exposure of a guider becomes one too, without flags."""
        model = open_exposure(init)
        return RampModel(model) if isinstance(model, GuiderRawModel) else model

    def effect_of(self, counts: Mapping[str, Any]) -> Effect:
        """
        Return what the polynomials did.

        Of ``samples``, ``samples_saturated`` and, without a polynomial and not saturated,
        ``samples_without`` were left as they were. Of ``pixels``, those without a polynomial are
        ``pixels_flagged`` by the reference, or have a coefficient that is NaN, ``pixels_nan``, or a
        linear term of 0, ``pixels_zero``. ``max_change`` is the largest relative change of a sample
        from 100 DN on, of either sign.
        """
        samples, pixels = int(counts["samples"]), int(counts.get("pixels", 0))
        saturated, without = (
            int(counts.get(f"samples_{each}", 0)) for each in ("saturated", "without")
        )
        causes = {name: int(counts.get(f"pixels_{name}", 0)) for name in _CAUSES}
        corrected, uncorrectable = samples - saturated - without, sum(causes.values())
        numbers = {
            "samples": samples,
            "samples_corrected": corrected,
            "fraction_corrected": share(corrected, samples),
            "samples_saturated": saturated,
            "fraction_saturated": share(saturated, samples),
            "samples_without_polynomial": without,
            "pixels": pixels,
            "pixels_no_lin_corr": {"total": uncorrectable, **causes},
            "fraction_no_lin_corr": share(uncorrectable, pixels),
            "max_change": counts.get("max_change"),
        }
        return Effect(numbers, _line(numbers), f"{percent(share(corrected, samples))} corrected")

    def prepare(self, model: JwstDataModel) -> Correction | None:
        """Return the polynomials of the exposure's pixels, None when there is no reference."""
        from strun.datamodels.reference_models import LinearityModel

        reference = self.open_reference(model, "linearity", LinearityModel)
        if reference is None:
            return None
        name = self.references["linearity"].name
        return correction_for(model, reference, name=name)

    def examine(self, model: JwstDataModel) -> None:
        """Refuse one that is corrected already (unless `force` is set), or has unusable flags."""
        self.refuse_repetition(model, force=self.force)
        _require_flags(model)


def correction_for(
    model: JwstDataModel, reference: LinearityModel, *, name: str
) -> LinearityCorrection:
    """
    Return the correction of an exposure by a reference, whose name is for messages.

    Only metadata and shapes are looked at; coefficients are read when they are needed. Raises
    ReferenceFileError when the reference cannot be used or does not cover the exposure, InputError
    when a ZEROFRAME is of another size than the exposure.
    """
    from jwst.linearity.correction import LinearityCorrection
    from strun.datamodels.covering import covering_window, flags_of, rows_of

    _check_coefficients(reference, name)
    window = covering_window(model, reference, array="coeffs")
    coeffs = rows_of(reference, "coeffs", window)
    if not reference.has_array("dq"):
        log.warning("%s has no DQ extension: no pixel is taken as flagged", name)
    return LinearityCorrection(
        coeffs,
        flags_of(reference, window),
        inverse=_inverse(model, reference, window, name),
        nframes=model.meta.exposure.nframes or 1,
        zeroframe=has_zeroframe(model),
    )


def _require_flags(model: JwstDataModel) -> None:
    # in a pipeline dq_init makes those that the file has not
    absent = [n for n in model.required if n not in model.made and not model.has_array(n)]
    missing = [model.arrays[name].hdu for name in absent]
    if model.file is None or not missing:
        return
    where = model.file.path
    if model.replaced:
        raise InputError(
            f"{where}: {' and '.join(missing)} cannot be flags of SCI, whose shape is "
            f"{model.shape}; the file is damaged, get a whole copy"
        )
    log.warning("%s has no %s: no sample is taken as flagged", where, " and no ".join(missing))


def _inverse(
    model: JwstDataModel, reference: LinearityModel, window: Covering, name: str
) -> Rows | None:
    """Return the inverse polynomials when the groups are means of several reads."""
    from strun.datamodels.covering import rows_of
    from strun.datamodels.stripes import StripeCut

    if isinstance(window, StripeCut):
        # as in jwst's products of exposures read out in stripes
        return None
    if len(getattr(model.meta.exposure, "read_times", None) or ()):
        # the reads are not equally spaced: superstripes were put together
        return None
    if not reference.has_array("inv_coeffs"):
        return None
    nframes = model.meta.exposure.nframes
    if nframes is None:
        log.warning("NFRAMES is missing: groups count as single reads, INV_COEFFS are not used")
    if nframes is None or nframes < 2:
        return None
    inverse = rows_of(reference, "inv_coeffs", window)
    if nframes > _MOST_READS:
        raise InputError(
            f"{model.label}: NFRAMES is {nframes}, expected at most {_MOST_READS} reads"
        )
    shape = model.shape or ()
    if len(shape) > 2 and shape[-3] < 2:
        log.warning("One group has no slope: it is corrected as it is, not read by read")
        return None
    if inverse.shape[0] < 2:
        raise ReferenceFileError(
            f"{name}: INV_COEFFS has {inverse.shape[0]} planes, expected 2 or more"
        )
    log.info("Correcting the %d reads of each group", nframes)
    return inverse


def _check_coefficients(reference: LinearityModel, name: str) -> None:
    shape = reference.array_shape("coeffs")
    if shape is None:
        raise ReferenceFileError(f"{name}: no COEFFS extension; is it a linearity reference?")
    if shape[0] < 2:
        raise ReferenceFileError(
            f"{name}: COEFFS has {shape[0]} plane, expected 2 or more (constant, linear term ...)"
        )
    other = reference.array_shape("inv_coeffs")
    if other is not None and other[-2:] != shape[-2:]:
        raise ReferenceFileError(
            f"{name}: INV_COEFFS is {other[-2:]} and COEFFS {shape[-2:]} (rows, columns), expected "
            "equal sizes"
        )


def _line(numbers: Mapping[str, Any]) -> str:
    line = f"{numbers['samples_corrected']:,} of {numbers['samples']:,} samples corrected"
    line += f" ({percent(numbers['fraction_corrected'])})"
    if numbers["max_change"] is not None:
        line += f", by at most {percent(numbers['max_change'])} from 100 DN on"
    pixels = numbers["pixels_no_lin_corr"]
    causes = [f"{pixels[name]:,} {words}" for name, words in _CAUSES.items() if pixels[name]]
    why = f" ({', '.join(causes)})" if causes else ""
    line += f"; {numbers['samples_saturated']:,} left because saturated"
    return f"{line}; {pixels['total']:,} pixels NO_LIN_CORR{why}"
