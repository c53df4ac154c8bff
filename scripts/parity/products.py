"""Compare two products HDU by HDU: names and order, layout, every bit, keywords."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import asdf
import numpy as np
from astropy.io import fits

from parity.differences import is_own

# Cards that say how the bytes lie; they are compared as shape, dtype and table columns.
LAYOUT = {"SIMPLE", "XTENSION", "EXTEND", "PCOUNT", "GCOUNT", "BSCALE", "CHECKSUM", "DATASUM"}
TEXTS = {"COMMENT", "HISTORY", ""}
UNSET = object()


def compare_products(ours: Path, theirs: Path) -> list[str]:
    """Return the differences between two products, none when they are the same.

    The ASDF extension is compared by its place only (see `differences`).
    """
    if ours.suffix == ".asdf":
        return _compare_trees(ours, theirs)
    with fits.open(ours, **_RAW) as left, fits.open(theirs, **_RAW) as right:
        names = [_name(hdu) for hdu in left], [_name(hdu) for hdu in right]
        if names[0] != names[1]:
            return [f"HDUs are {' '.join(names[0])}; jwst has {' '.join(names[1])}"]
        found: list[str] = []
        for name, one, other in zip(names[0], left, right, strict=True):
            if name.startswith("ASDF"):
                continue
            differences = [*_compare_layout(one, other), *_compare_keywords(one, other)]
            if not differences or not differences[0].startswith("layout"):
                differences += _compare_bits(one, other, ours, theirs)
            found.extend(f"{name}: {text}" for text in differences)
    return [*found, *_compare_names(ours, theirs)]


def compare_all(ours: Sequence[Path], theirs: Sequence[Path]) -> list[str]:
    """Return the differences between the products of a run, in pairs by what they hold."""
    if len(ours) != len(theirs):
        names = [path.name for path in ours], [path.name for path in theirs]
        return [f"products are {names[0]}; jwst has {names[1]}"]
    pairs = list(zip(in_order(ours), in_order(theirs), strict=True))
    if len(pairs) == 1:
        return compare_products(*pairs[0])
    return [f"{one.name}: {text}" for one, other in pairs for text in compare_products(one, other)]


def in_order(products: Sequence[Path]) -> list[Path]:
    """Return products in an order that does not depend on their names: by model and steps done."""

    def kind(path: Path) -> tuple[str, int]:
        if path.suffix == ".asdf":
            return "", 0
        header = fits.getheader(path)
        return str(header.get("DATAMODL")), sum(key.startswith("S_") for key in header)

    return sorted(products, key=kind)


def _compare_trees(ours: Path, theirs: Path) -> list[str]:
    """Compare ASDF files: names, keys in them, every bit of their arrays, other values."""
    if ours.name != theirs.name:
        return [f"the file is {ours.name}; jwst has {theirs.name}"]
    left, right = (
        {
            (name, key): value
            for name, entry in asdf.load(path).items()
            if name not in ("asdf_library", "history")
            for key, value in entry.items()
        }
        for path in (ours, theirs)
    )
    found = (
        [f"there is {sorted(left)}; jwst has {sorted(right)}"]
        if left.keys() != right.keys()
        else []
    )
    for key in left.keys() & right.keys():
        mine, its = (np.asarray(each[key]) for each in (left, right))
        if mine.dtype != its.dtype or mine.shape != its.shape or mine.tobytes() != its.tobytes():
            found.append(f"{'.'.join(key)} is {mine}; jwst has {its}")
    return found


_RAW: dict[str, Any] = {
    "do_not_scale_image_data": True,
    "disable_image_compression": True,
    "lazy_load_hdus": False,
}


def _name(hdu: fits.hdu.base._BaseHDU) -> str:
    return f"{hdu.name or '(no name)'},{hdu.ver}"


def _layout(hdu: fits.hdu.base._BaseHDU) -> dict[str, Any]:
    """Return what says how the data are to be read."""
    header = hdu.header
    axes = tuple(header[f"NAXIS{n}"] for n in range(header["NAXIS"], 0, -1))
    layout = {"type": type(hdu).__name__, "BITPIX": header["BITPIX"], "shape": axes}
    if isinstance(hdu, fits.BinTableHDU):
        for n in range(1, header["TFIELDS"] + 1):
            column = (header[f"TTYPE{n}"], str(header[f"TFORM{n}"]).strip())
            layout[f"column {n}"] = (*column, header.get(f"TZERO{n}", 0), header.get(f"TDIM{n}"))
    else:
        layout["BZERO"] = float(header.get("BZERO", 0))
        layout["BSCALE"] = float(header.get("BSCALE", 1))
    return layout


def _compare_layout(one: fits.hdu.base._BaseHDU, other: fits.hdu.base._BaseHDU) -> list[str]:
    left, right = _layout(one), _layout(other)
    return [
        f"layout: {key} is {left.get(key)}; jwst has {right.get(key)}"
        for key in {**left, **right}
        if left.get(key) != right.get(key)
    ]


def _compare_keywords(one: fits.hdu.base._BaseHDU, other: fits.hdu.base._BaseHDU) -> list[str]:
    left, right = _values(one.header), _values(other.header)
    differences = []
    for keyword in {**left, **right}:
        mine, its = left.get(keyword, UNSET), right.get(keyword, UNSET)
        if not is_own(keyword) and not _equal(mine, its):
            differences.append(f"{keyword} is {_show(mine)}; jwst has {_show(its)}")
    for keyword in TEXTS - {""}:
        lost = Counter(map(str, other.header.get(keyword, ()))) - Counter(
            map(str, one.header.get(keyword, ()))
        )
        # The section titles that jwst adds are blank cards, so any text lost is a user's.
        differences.extend(f"{keyword} lost: {text}" for text in lost)
    return differences


def _values(header: fits.Header) -> dict[str, Any]:
    skipped = LAYOUT | TEXTS | {"BITPIX", "BZERO", "CONTINUE"}
    return {
        card.keyword: card.value
        for card in header.cards
        if card.keyword not in skipped
        and not card.keyword.startswith(("NAXIS", "TTYPE", "TFORM", "TZERO", "TSCAL", "TDIM"))
    }


def _equal(one: object, other: object) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return one == other
    return type(one) is type(other) and one == other


def _show(value: object) -> str:
    return "missing" if value is UNSET else repr(value)


def _compare_bits(
    one: fits.hdu.base._BaseHDU, other: fits.hdu.base._BaseHDU, ours: Path, theirs: Path
) -> list[str]:
    """Compare the data as bytes on disk, so that NaN payloads and minus zero count."""
    width = abs(one.header["BITPIX"]) // 8
    if isinstance(one, fits.BinTableHDU):
        width = 1
    size = int(np.prod([one.header[f"NAXIS{n + 1}"] for n in range(one.header["NAXIS"])]))
    if one.header["NAXIS"] == 0:
        return []
    size = size * width + (one.header.get("PCOUNT", 0) if width == 1 else 0)
    if size == 0:
        return []
    left, right = _bytes(ours, one, size), _bytes(theirs, other, size)
    if np.array_equal(left, right):
        return []
    differs = (left != right).reshape(-1, width).any(axis=1)
    first = int(np.argmax(differs))
    here = first * width
    return [
        f"{int(differs.sum())} of {differs.size} elements differ, the first at {first}: "
        f"{bytes(left[here : here + width]).hex()}; jwst has "
        f"{bytes(right[here : here + width]).hex()}"
    ]


def _bytes(path: Path, hdu: fits.hdu.base._BaseHDU, size: int) -> np.ndarray:
    return np.memmap(path, np.uint8, "r", hdu.fileinfo()["datLoc"], (size,))


def _compare_names(ours: Path, theirs: Path) -> list[str]:
    """Hold the keywords that may differ to what they should say."""
    mine, its = fits.getheader(ours), fits.getheader(theirs)
    found = []
    if mine.get("FILENAME") != ours.name:
        found.append(f"PRIMARY: FILENAME is {mine.get('FILENAME')!r}, the file is {ours.name}")
    for keyword in sorted(key for key in {**mine, **its} if key.startswith("R_")):
        want = its.get(keyword)
        if want not in (None, "N/A"):
            want = Path(want).name
        if mine.get(keyword) not in (want, its.get(keyword)):
            found.append(f"PRIMARY: {keyword} is {mine.get(keyword)!r}; expected {want!r}")
    return [*found, *(f"PRIMARY: {k} is missing" for k in ("DATE", "CAL_VER") if k not in mine)]
