"""References that are never cut: those of the very subarray of an exposure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strun.blockio.tiles import Tile
from strun.errors import InputError, ReferenceFileError, ReferenceMismatchError

if TYPE_CHECKING:
    from strun.datamodels.model import JwstDataModel
    from strun.datamodels.reference import ReferenceFileModel

__all__ = ["same_place"]


def _name(model: JwstDataModel) -> str:
    return model.file.path if model.file is not None else (model.meta.filename or "the model")


def same_place(science: JwstDataModel, reference: ReferenceFileModel, *, array: str) -> Tile:
    """
    Return all rows and columns of a reference, which must be those of an exposure.

    Parameters
    ----------
    science : JwstDataModel
        The exposure.
    reference : ReferenceFileModel
        The reference.
    array : str
        The array of the reference that it is about; its flags must be as large.

    Returns
    -------
    Tile
        For `rows_of`.

    Raises
    ------
    InputError
        When there is no exposure.
    ReferenceFileError
        When the reference does not have the array, or flags of another size.
    ReferenceMismatchError
        When it is of another size or place: a full frame is not cut to a subarray, whose signal
        is another one.
    """
    ours, theirs = science.shape, reference.array_shape(array)
    if ours is None or len(ours) < 2:
        raise InputError(f"{_name(science)}: no SCI extension with an image; is it an exposure?")
    kind, where = reference.reftype.lower(), _name(reference)
    if theirs is None:
        raise ReferenceFileError(
            f"{where}: no {reference.arrays[array].hdu} extension; is it a {kind} reference?"
        )
    flags = reference.array_shape("dq")
    if flags is not None and flags[-2:] != theirs[-2:]:
        raise ReferenceFileError(
            f"{where}: DQ is {flags[-2:]} and {reference.arrays[array].hdu} {theirs[-2:]} (rows, "
            "columns), expected equal sizes"
        )
    corners = [_corner(model) for model in (science, reference)]
    moved = None not in corners[0] + corners[1] and corners[0] != corners[1]
    if ours[-2:] != theirs[-2:] or moved:
        raise ReferenceMismatchError(
            f"{where} is of {_place(theirs, corners[1])}; {_name(science)} of "
            f"{_place(ours, corners[0])}: a {kind} reference is not cut, give one of this subarray"
        )
    return Tile(slice(0, theirs[-2]), slice(0, theirs[-1]))


def _corner(model: JwstDataModel) -> tuple[int | None, int | None]:
    return model.meta.subarray.xstart, model.meta.subarray.ystart


def _place(shape: tuple[int, ...], corner: tuple[int | None, int | None]) -> str:
    known = "" if None in corner else f"corner ({corner[0]}, {corner[1]}), "
    return f"{known}{shape[-1]} columns x {shape[-2]} rows"
