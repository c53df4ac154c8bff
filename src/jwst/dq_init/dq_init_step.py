"""The dq_init step: flags of the mask reference into the exposure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from strun.errors import InputError
from strun.steps.step import Step

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from strun.blockio.source import FitsFile
    from strun.datamodels.model import JwstDataModel
    from strun.effects.effect import Effect
    from strun.engine.correction import Correction


class DQInitStep(Step):
    """
    Initialize the flags of an exposure, from the MASK file.

    The flags of the reference are or-ed into PIXELDQ (DQ for guider exposures), and DO_NOT_USE also
    into GROUPDQ, in every group. Arrays that are missing are made first.
    """

    class_alias: ClassVar[str | None] = "dq_init"
    opens_ramp: ClassVar[bool] = True
    product_suffix: ClassVar[str | None] = "dq_init"
    spec = """
    user_supplied_dq = string(default=None)  # FITS file whose primary image is or-ed into the mask
    """
    reference_file_types: ClassVar[list[str]] = ["mask"]

    user_supplied_dq: str | None

    def examine(self, model: JwstDataModel) -> None:
        """Replace flags in memory that are missing or of the wrong shape; files are read so."""
        if model.loaded:
            from jwst.dq_init.dq_initialization import check_dimensions

            check_dimensions(model)

    def effect_of(self, counts: Mapping[str, Any]) -> Effect:
        """Return what the step did, from what its correction counted."""
        from jwst.dq_init.effect import effect_of

        return effect_of(counts)

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
        if self.user_supplied_dq is None:
            return None
        try:
            return _flags_of(self.user_supplied_dq, shape)
        except InputError as err:
            raise InputError(f"--user_supplied_dq {err}") from err


def _flags_of(path: str, shape: tuple[int, ...]) -> NDArray[np.uint32]:
    from strun.blockio.source import FitsFile

    with FitsFile.open(path) as file:
        flags = _flags_in(file, shape)
        file.require_unchanged()
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
