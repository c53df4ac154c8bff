"""Where an exposure's subarray lies in a reference file."""

from __future__ import annotations

import logging
from typing import NamedTuple

from jwst.blockio.rows import Window
from jwst.datamodels.model import JwstDataModel
from jwst.errors import InputError, ReferenceFileError, ReferenceMismatchError

__all__ = ["Corner", "reference_window", "window_of"]

log = logging.getLogger(__name__)

_FULL = {"MIRI": (1024, 1032)}
_FULL_OTHERS = (2048, 2048)
_IRS2_ROWS = 3200


class Corner(NamedTuple):
    """First row and column on the detector, counted from 1, and the size of an array."""

    y: int
    x: int
    ny: int
    nx: int

    def __str__(self) -> str:
        return f"corner ({self.x}, {self.y}), size {self.nx} x {self.ny}"


def _keywords(model: JwstDataModel) -> tuple[int | None, int | None, int | None, int | None]:
    where = model.meta.subarray
    return where.ystart, where.xstart, where.ysize, where.xsize


def _checked(model: JwstDataModel, corner: Corner, said: tuple[int, int], *, kind: str) -> Corner:
    """Return the corner with the array's own size, warning where the header says another."""
    for axis, (word, size) in enumerate(zip(said, (corner.ny, corner.nx), strict=True)):
        irs2 = axis == 0 and word == 2048 and size == _IRS2_ROWS
        if word != size and not irs2:
            log.warning(
                "%s says SUBSIZE%d = %d, its array has %d: the array is believed",
                kind,
                2 - axis,
                word,
                size,
            )
    return corner


def window_of(model: JwstDataModel, shape: tuple[int, int]) -> Corner:
    """
    Return where an exposure lies on its detector.

    Parameters
    ----------
    model : JwstDataModel
        With SUBSTRT1, SUBSTRT2, SUBSIZE1 and SUBSIZE2.
    shape : tuple of int
        Rows and columns of its array, which win over SUBSIZE.

    Raises
    ------
    InputError
        When a keyword is missing or the corner is not on a detector.
    """
    ystart, xstart, ysize, xsize = _keywords(model)
    if ystart is None or xstart is None or ysize is None or xsize is None:
        names = ("SUBSTRT2", "SUBSTRT1", "SUBSIZE2", "SUBSIZE1")
        missing = [n for n, v in zip(names, _keywords(model), strict=True) if v is None]
        raise InputError(
            f"{_name(model)}: {', '.join(missing)} missing or no integer: it cannot be known which "
            "part of the reference to use; set them"
        )
    if ystart < 1 or xstart < 1:
        raise InputError(
            f"{_name(model)}: SUBSTRT1 = {xstart}, SUBSTRT2 = {ystart}, expected 1 or more"
        )
    corner = Corner(ystart, xstart, *shape)
    return _checked(model, corner, (ysize, xsize), kind="the exposure")


def _reference_corner(model: JwstDataModel, shape: tuple[int, int]) -> Corner:
    ystart, xstart, ysize, xsize = _keywords(model)
    if ystart is None or xstart is None or ysize is None or xsize is None:
        full = _FULL.get(str(model.meta.instrument.name).upper(), _FULL_OTHERS)
        if shape != full:
            raise ReferenceFileError(
                f"{_name(model)}: the reference has no SUBSTRT/SUBSIZE keywords and is "
                f"{shape[1]} x {shape[0]}, not full frame; set them"
            )
        log.warning("%s has no SUBSTRT/SUBSIZE keywords: taken as full frame", _name(model))
        return Corner(1, 1, *shape)
    if ystart < 1 or xstart < 1:
        raise ReferenceFileError(
            f"{_name(model)}: SUBSTRT1 = {xstart}, SUBSTRT2 = {ystart}, expected 1 or more"
        )
    return _checked(model, Corner(ystart, xstart, *shape), (ysize, xsize), kind="the reference")


def _name(model: JwstDataModel) -> str:
    return model.file.path if model.file is not None else type(model).__name__


def reference_window(
    science: JwstDataModel, reference: JwstDataModel, shape: tuple[int, int]
) -> Window:
    """
    Return the part of a reference that an exposure covers.

    Parameters
    ----------
    science : JwstDataModel
        The exposure.
    reference : JwstDataModel
        The reference file.
    shape : tuple of int
        Rows and columns of the reference's arrays.

    Returns
    -------
    Window
        Inside the reference.

    Raises
    ------
    InputError
        When the exposure does not say where it lies.
    ReferenceFileError
        When the reference does not; ReferenceMismatchError when it does not cover the exposure.
    """
    science_shape = science.shape
    if science_shape is None or len(science_shape) < 2:
        raise InputError(f"{_name(science)}: no SCI extension with an image; is it an exposure?")
    theirs = _reference_corner(reference, shape)
    ours = window_of(science, (science_shape[-2], science_shape[-1]))
    y, x = ours.y - theirs.y, ours.x - theirs.x
    if y < 0 or x < 0 or y + ours.ny > theirs.ny or x + ours.nx > theirs.nx:
        raise ReferenceMismatchError(
            f"{_name(reference)}: the reference ({theirs}) does not cover the exposure "
            f"{_name(science)} ({ours}); give one that does"
        )
    return Window(slice(y, y + ours.ny), slice(x, x + ours.nx))
