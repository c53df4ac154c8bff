"""Which part of a detector an exposure has: the part of a reference that covers it, its border."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from strun.blockio.tiles import Tile
from strun.datamodels.keywords import required
from strun.errors import InputError, ReferenceFileError, ReferenceMismatchError

if TYPE_CHECKING:
    from strun.datamodels.model import JwstDataModel

FULL_FRAME = (2048, 2048)
"""Rows and columns of a full frame of all instruments but MIRI."""

MIRI_FULL_FRAME = (1024, 1032)
"""Rows and columns of a full frame of MIRI."""

REFERENCE_WIDTH = 4
"""Rows and columns of reference pixels at each edge; MIRI has no such rows."""

# NIRSpec's IRS2 readout adds reference pixels to the rows, but not to SUBSIZE2
_IRS2_ROWS = 3200
_IRS2_SUBSIZE2 = 2048


class Placement(NamedTuple):
    """
    The part of a detector that a file holds, and what messages call the file.

    Of the shape of the array the last two axes count. SUBSTRT1 and SUBSTRT2 are the first column
    and row, counted from 1; SUBSIZE1 and SUBSIZE2 columns and rows, as the header says.
    """

    shape: tuple[int, ...]
    xstart: Any = None
    ystart: Any = None
    xsize: Any = None
    ysize: Any = None
    name: str = ""

    @property
    def window(self) -> tuple[Any, Any, tuple[int, ...]]:
        """Corner and size, which two files of the very same subarray share."""
        return self.xstart, self.ystart, self.shape[-2:]

    def keywords(self) -> Iterator[tuple[str, Any]]:
        """Return the four keywords and their values."""
        return zip(("SUBSTRT1", "SUBSTRT2", "SUBSIZE1", "SUBSIZE2"), self[1:5], strict=True)

    def __str__(self) -> str:
        rows, columns = self.shape[-2:]
        return f"corner ({self.xstart}, {self.ystart}), {columns} columns x {rows} rows"


def full_frame(instrument: str | None) -> tuple[int, int]:
    """Return rows and columns of a full frame of an instrument (INSTRUME)."""
    return MIRI_FULL_FRAME if (instrument or "").upper() == "MIRI" else FULL_FRAME


def cut_placement(
    science: Placement, reference: Placement, *, frame: tuple[int, int] = FULL_FRAME
) -> tuple[Tile, tuple[str, ...]]:
    """
    Find the part of a reference that covers an exposure, and what was wrong in the headers.

    The size of the arrays counts, not what SUBSIZE1 and SUBSIZE2 say. A reference of the shape of a
    full `frame` needs no keywords. Raises ReferenceMismatchError when the reference does not cover
    the exposure, and as `check_placements` does.
    """
    reference, warnings = check_placements(science, reference, frame=frame)
    rows, columns = science.shape[-2:]
    height, width = reference.shape[-2:]
    top = int(science.ystart) - int(reference.ystart)
    left = int(science.xstart) - int(reference.xstart)
    fits = 0 <= top <= height - rows and 0 <= left <= width - columns
    if not fits or (rows == _IRS2_ROWS) != (height == _IRS2_ROWS):
        raise mismatch(science, reference)
    return Tile(slice(top, top + rows), slice(left, left + columns)), tuple(warnings)


def mismatch(
    science: Placement,
    reference: Placement,
    *,
    read: str = "",
    give: str = "a reference that covers it",
) -> ReferenceMismatchError:
    """Return the error of a reference that does not cover an exposure."""
    return ReferenceMismatchError(
        f"{reference.name or 'reference'} covers {reference}; "
        f"{science.name or 'the exposure'} is {science}{read}: give {give}"
    )


def check_placements(
    science: Placement, reference: Placement, *, frame: tuple[int, int] = FULL_FRAME
) -> tuple[Placement, list[str]]:
    """
    Check the keywords of an exposure and a reference.

    Returns the reference, with the keywords of a full frame where it is one and they are missing,
    and what was wrong and how it was understood. Keywords that are missing or impossible raise
    InputError, those of the reference ReferenceFileError.
    """
    warnings: list[str] = []
    if any(value is None for _, value in reference.keywords()):
        reference = _assume_full(reference, frame, warnings)
    _check(reference, ReferenceFileError, warnings)
    _check(science, InputError, warnings)
    return reference, warnings


def _assume_full(placement: Placement, frame: tuple[int, int], warnings: list[str]) -> Placement:
    missing = ", ".join(keyword for keyword, value in placement.keywords() if value is None)
    name = placement.name or "reference"
    if placement.shape[-2:] != frame:
        rows, columns = placement.shape[-2:]
        raise ReferenceFileError(
            f"{name}: {missing} missing and the array of {columns} columns x {rows} rows is no "
            f"full frame ({frame[1]} x {frame[0]}); add the keywords"
        )
    warnings.append(f"{name}: {missing} missing; its array is a full frame and is taken as one")
    return placement._replace(xstart=1, ystart=1, xsize=frame[1], ysize=frame[0])


def _check(
    placement: Placement, error: type[InputError | ReferenceFileError], warnings: list[str]
) -> None:
    """Refuse impossible corners; warn of sizes that are not the array's."""
    name = placement.name or ("exposure" if error is InputError else "reference")
    for keyword, value in placement.keywords():
        if value is None:
            raise error(
                f"{name}: {keyword} is missing, so its place on the detector is unknown; add it"
            )
        if isinstance(value, bool) or not isinstance(value, int | float) or value % 1 != 0:
            raise error(f"{name}: {keyword} is {value!r}, expected a whole number; correct it")
        if keyword.startswith("SUBSTRT") and value < 1:
            raise error(f"{name}: {keyword} is {value}, expected 1 or more; correct it")
    rows, columns = placement.shape[-2:]
    if placement.xsize != columns:
        warnings.append(
            f"{name}: SUBSIZE1 is {placement.xsize} but the array has {columns} columns; the array "
            "counts"
        )
    if placement.ysize != rows and (placement.ysize, rows) != (_IRS2_SUBSIZE2, _IRS2_ROWS):
        warnings.append(
            f"{name}: SUBSIZE2 is {placement.ysize} but the array has {rows} rows; the array counts"
        )


class Border(NamedTuple):
    """How many rows and columns of an exposure are reference pixels: the first, the last."""

    rows: tuple[int, int]
    columns: tuple[int, int]


def corner_of(model: JwstDataModel) -> tuple[int, int]:
    """
    Return row and column of the detector that an exposure begins at, counted from 0.

    Raises InputError when the header does not say it.
    """
    why = "the exposure's place on the detector"
    row, column = (required(model, f"meta.subarray.{word}", why) for word in ("ystart", "xstart"))
    return row - 1, column - 1


def border_of(model: JwstDataModel) -> Border:
    """
    Return the rows and columns of reference pixels of an exposure.

    Raises InputError when its place on the detector is unknown.
    """
    instrument = model.meta.instrument.name
    frame = full_frame(instrument)
    assert model.shape is not None  # the exposure has been opened
    rows, columns = (
        (max(0, REFERENCE_WIDTH - first), max(0, first + size - (all_of_it - REFERENCE_WIDTH)))
        for first, size, all_of_it in zip(corner_of(model), model.shape[-2:], frame, strict=True)
    )
    return Border((0, 0) if (instrument or "").upper() == "MIRI" else rows, columns)
