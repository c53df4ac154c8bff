"""Whether an exposure has zero frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strun.errors import InputError

if TYPE_CHECKING:
    from strun.datamodels.model import JwstDataModel


def has_zeroframe(model: JwstDataModel) -> bool:
    """
    Return whether the header says ZEROFRAM = T and there are zero frames.

    Raises
    ------
    InputError
        When they are of another size than the exposure.
    """
    if not (model.meta.exposure.zero_frame and model.has_array("zeroframe")):
        return False
    size, shape = model.array_shape("zeroframe"), model.shape
    if size is not None and shape is not None and size[-2:] != shape[-2:]:
        raise InputError(
            f"{model.label}: ZEROFRAME is {size[-2:]} and SCI {shape[-2:]} (rows, columns), "
            "expected equal sizes; the file is damaged, get a whole copy"
        )
    return True
