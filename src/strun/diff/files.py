"""Two FITS files compared."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from itertools import zip_longest

from strun.blockio.cards import Header
from strun.blockio.headers import is_structural
from strun.blockio.layout import Hdu
from strun.blockio.source import FitsFile
from strun.blockio.values import Value
from strun.diff import DATES_AND_NAMES
from strun.diff.images import compare_images
from strun.diff.results import FileDiff, HduDiff, ImageDiff, KeywordDiff
from strun.diff.tables import compare_tables, same_bytes

_Unit = tuple[FitsFile, Hdu]

_NAME = frozenset({"EXTNAME", "EXTVER"})
_COMMENTARY = frozenset({"COMMENT", "HISTORY", ""})
# they repeat what the columns of a table say
_OF_COLUMNS = ("TFIELDS", "TTYPE*", "TFORM*", "TDIM*")


def _matches(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(name, pattern.upper()) for pattern in patterns)


def _units(file: FitsFile, leave_out: Sequence[str]) -> dict[str, Hdu]:
    """Return the units by name; a second one of a name becomes ``NAME,2``."""
    found: dict[str, Hdu] = {}
    for hdu in file.hdus:
        name = hdu.name or "(no name)"
        if _matches(name, leave_out):
            continue
        label, number = name, 1
        while label in found:
            number += 1
            label = f"{name},{number}"
        found[label] = hdu
    return found


def _values(header: Header, ignore: Sequence[str]) -> dict[str, list[Value]]:
    """Return the values of each keyword; what shape and dtype say is left out."""
    found: dict[str, list[Value]] = {}
    for keyword, value in header.items():
        blank = keyword == "" and not value
        if is_structural(keyword) or keyword in _NAME or blank:
            continue
        if not _matches(keyword, ignore):
            found.setdefault(keyword, []).append(value)
    return found


def _text(values: list[Value]) -> str | None:
    """Return the value of a keyword in words, None when there is none."""
    if not values:
        return None
    value = values[0]
    if isinstance(value, bool):
        return "T" if value else "F"
    if isinstance(value, str):
        return repr(value)
    return "undefined" if value is None else str(value)


def _equal(a: list[Value], b: list[Value]) -> bool:
    return a == b and [isinstance(v, bool) for v in a] == [isinstance(v, bool) for v in b]


def _commentary(keyword: str, a: list[Value], b: list[Value]) -> Iterator[KeywordDiff]:
    """Yield lines that one header has more often than the other."""
    left, right = Counter(map(str, a)), Counter(map(str, b))
    for line in (left - right).elements():
        yield KeywordDiff(keyword or "(blank)", repr(line), None)
    for line in (right - left).elements():
        yield KeywordDiff(keyword or "(blank)", None, repr(line))


def _compare_keywords(a: Header, b: Header, ignore: Sequence[str]) -> list[KeywordDiff]:
    """
    Compare the keywords of two headers; their order and their comments do not count.

    Those that differ stand in the order of the first, then those that only the second has.
    """
    left, right = _values(a, ignore), _values(b, ignore)
    found: list[KeywordDiff] = []
    nothing: list[Value] = []
    for keyword in dict.fromkeys([*left, *right]):
        ours, theirs = left.get(keyword, []), right.get(keyword, [])
        if keyword in _COMMENTARY:
            found.extend(_commentary(keyword, ours, theirs))
            continue
        pairs = zip_longest(([v] for v in ours), ([v] for v in theirs), fillvalue=nothing)
        for one, other in pairs:
            if not _equal(one, other):
                found.append(KeywordDiff(keyword, _text(one), _text(other)))
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
        _compare_keywords(left.header, right.header, ignore),
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
    if result.table is not None and result.table.columns:
        result.keywords = [k for k in result.keywords if not _matches(k.keyword, _OF_COLUMNS)]
    return result


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
