"""Two FITS files compared."""

from __future__ import annotations

import os
from collections.abc import Sequence
from fnmatch import fnmatchcase

from strun.blockio.layout import Hdu
from strun.blockio.source import FitsFile
from strun.diff import DATES_AND_NAMES
from strun.diff.images import compare_images
from strun.diff.keywords import compare_keywords
from strun.diff.results import FileDiff, HduDiff, ImageDiff, TableDiff
from strun.diff.tables import compare_tables, same_bytes

_Unit = tuple[FitsFile, Hdu]


def _units(file: FitsFile, leave_out: Sequence[str]) -> dict[str, Hdu]:
    """Return the units by name; a second one of a name becomes ``NAME,2``."""
    found: dict[str, Hdu] = {}
    for hdu in file.hdus:
        name = hdu.name or "(no name)"
        if any(fnmatchcase(name, pattern.upper()) for pattern in leave_out):
            continue
        label, number = name, 1
        while label in found:
            number += 1
            label = f"{name},{number}"
        found[label] = hdu
    return found


def _form(hdu: Hdu) -> str:
    """Return kind, dtype and shape in words."""
    if hdu.kind != "image":
        return hdu.kind
    if not hdu.shape:
        return "no data"
    return f"{hdu.encoding.dtype} {' x '.join(map(str, hdu.shape))}"


def _compare_units(name: str, a: _Unit, b: _Unit, *, ignore: Sequence[str], ulp: int) -> HduDiff:
    left, right = a[1], b[1]
    result = HduDiff(
        name,
        left.kind,
        left.shape,
        compare_keywords(left.header, right.header, ignore=ignore),
        _form(left),
        _form(right),
    )
    if left.kind != right.kind:
        return result
    if left.kind == "image":
        if left.shape == right.shape:
            result.image = compare_images(a, b, ulp=ulp)
    elif left.kind in ("bintable", "table"):
        result.table = compare_tables(a, b)
    elif not same_bytes(a, b):
        result.image = ImageDiff(left.data_size, differ=left.data_size)
    if result.table is not None:
        _drop_shape_keywords(result, result.table)
    return result


def _drop_shape_keywords(result: HduDiff, table: TableDiff) -> None:
    """Leave out keywords that repeat what the columns say."""
    if table.columns:
        words = ("TFIELDS", "TTYPE*", "TFORM*", "TDIM*")
        result.keywords = [
            k for k in result.keywords if not any(fnmatchcase(k.keyword, w) for w in words)
        ]


def compare_files(
    a: str | os.PathLike[str],
    b: str | os.PathLike[str],
    *,
    ignore: Sequence[str] = DATES_AND_NAMES,
    ignore_hdus: Sequence[str] = (),
    ulp: int = 0,
) -> FileDiff:
    """
    Compare two FITS files: units, keywords, every bit of images, columns of tables.

    Images go through memory in blocks of 1 MB, whatever their size.

    Parameters
    ----------
    a, b : str or Path
        The files.
    ignore : sequence of str, optional
        Keywords to leave out; ``*`` and ``?`` stand for any letters.
    ignore_hdus : sequence of str, optional
        Names of units to leave out, likewise.
    ulp : int, optional
        Floats at most so many representable numbers apart count as equal.

    Returns
    -------
    FileDiff
        `same` says whether they are equal.

    Raises
    ------
    InputError
        When a file cannot be read; FitsError when it is not whole FITS.
    """
    result = FileDiff(os.fspath(a), os.fspath(b), ignored=[*ignore, *ignore_hdus])
    with FitsFile.open(a) as left, FitsFile.open(b) as right:
        ours, theirs = _units(left, ignore_hdus), _units(right, ignore_hdus)
        both = [name for name in ours if name in theirs]
        result.only_a = [name for name in ours if name not in theirs]
        result.only_b = [name for name in theirs if name not in ours]
        result.reordered = both != [name for name in theirs if name in ours]
        for name in both:
            one, other = (left, ours[name]), (right, theirs[name])
            result.hdus.append(_compare_units(name, one, other, ignore=ignore, ulp=ulp))
    return result
