"""The dq_init step: flags of the mask reference into the exposure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from strun.datamodels import dqflags
from strun.effects.effect import Effect, percent, share
from strun.engine.correction import Correction
from strun.errors import InputError
from strun.steps.step import Step

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from strun.blockio.source import FitsFile
    from strun.datamodels.model import JwstDataModel


class DQInitStep(Step):
    """
    Initialize the flags of an exposure, from the MASK file.

    The flags of the reference are or-ed into PIXELDQ (DQ for guider exposures), and DO_NOT_USE also
    into GROUPDQ, in every group. Arrays that are missing are made first.
    """

    class_alias = "dq_init"
    opens_ramp = True
    product_suffix = "dq_init"
    spec = """
    user_supplied_dq = string(default=None)  # FITS file whose primary image is or-ed into the mask
    """
    reference_file_types = ["mask"]

    user_supplied_dq: str | None

    def examine(self, model: JwstDataModel) -> None:
        """Replace flags in memory that are missing or of the wrong shape; files are read so."""
        if model.loaded:
            from jwst.dq_init.dq_initialization import check_dimensions

            check_dimensions(model)

    def effect_of(self, counts: Mapping[str, Any]) -> Effect:
        """
        Return what the flags of the mask did.

        Of the ``pixels`` of the exposure ``pixels_flagged`` have any flag after the step; ``flags``
        and ``flags_new`` are the pixels by flag, lowest bit first: after the step, and new ones.
        """
        names = {bit: name for name, bit in dqflags.pixel.items()}
        pixels, flagged = int(counts["pixels"]), counts["pixels_flagged"]
        found = zip(counts["flags"], counts["flags_new"], strict=True)
        flags: dict[str, dict[str, Any]] = {
            names[1 << bit]: {"new": new, "total": total, "fraction": share(total, pixels)}
            for bit, (total, new) in enumerate(found)
            if total
        }
        fraction = share(flagged, pixels)
        numbers = {
            "pixels": pixels,
            "pixels_flagged": flagged,
            "fraction_flagged": fraction,
            "flags": flags,
        }
        return Effect(numbers, _line(numbers, flags), f"{percent(fraction)} flagged")

    def prepare(self, model: JwstDataModel) -> Correction | None:
        """Return the flags of the mask, None when there is no mask for the exposure."""
        from jwst.dq_init.correction import MaskCorrection
        from strun.datamodels.covering import covering_window, flags_of
        from strun.datamodels.reference_models import MaskModel

        mask = self.open_reference(model, "mask", MaskModel)
        if mask is None:
            return None
        flags = flags_of(mask, covering_window(model, mask, array="dq"))
        user_dq = self._user_dq(flags.shape)
        return MaskCorrection(flags, guider="dq" in model.arrays, user_dq=user_dq)

    def _user_dq(self, shape: tuple[int, ...]) -> NDArray[np.uint32] | None:
        """Return the user's flags, from the primary image or the first image extension."""
        from strun.blockio.source import FitsFile

        if self.user_supplied_dq is None:
            return None
        try:
            with FitsFile.open(self.user_supplied_dq) as file:
                flags = _flags_in(file, shape)
                file.require_unchanged()
        except InputError as err:
            raise InputError(f"--user_supplied_dq {err}") from err
        return flags


def _flags_in(file: FitsFile, shape: tuple[int, ...]) -> NDArray[np.uint32]:
    path = file.path
    image = next((h for h in file.hdus if h.kind == "image" and h.shape), None)
    if image is None:
        raise InputError(f"{path}: no image in it, expected flags of shape {shape}")
    if image.shape != shape:
        raise InputError(f"{path}: user_dq has shape {image.shape}, expected {shape} as the mask")
    if image.encoding.bitpix > 0:
        return file.read_array(image, "uint32")
    numbers = file.read_array(image, "float64")
    whole = (numbers >= 0) & (numbers < 1 << 32) & (numbers % 1 == 0)
    if not whole.all():
        raise InputError(
            f"{path}: {numbers[~whole][0]:g} is no flag, expected integers from 0 to 2^32 - 1"
        )
    return numbers.astype("uint32")


def _line(numbers: Mapping[str, Any], flags: Mapping[str, Mapping[str, Any]]) -> str:
    pixels, flagged = numbers["pixels"], numbers["pixels_flagged"]
    if not flags:
        return f"no flag in any of {pixels:,} pixels"
    all_new = all(flag["new"] == flag["total"] for flag in flags.values())
    parts = []
    for name, flag in sorted(flags.items(), key=lambda item: -item[1]["total"]):
        new = "" if all_new else f" ({flag['new']:,} new)"
        parts.append(f"{name} {flag['total']:,}{new}")
    start = f"{flagged:,} of {pixels:,} pixels flagged ({percent(numbers['fraction_flagged'])}"
    return f"{start}{', all new' if all_new else ''}): {', '.join(parts)}"
