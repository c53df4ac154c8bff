"""A comparison in words."""

from __future__ import annotations

from collections.abc import Iterator

from strun.diff.results import (
    RELATIVE_BINS,
    ULP_BINS,
    FileDiff,
    HduDiff,
    ImageDiff,
    KeywordDiff,
    TableDiff,
)

_AXES = {
    1: ("values",),
    2: ("rows", "columns"),
    3: ("planes", "rows", "columns"),
    4: ("integrations", "groups", "rows", "columns"),
}
_MOST_KEYWORDS = 40
_WIDEST = 28
# floats that are farther apart differ by more than a factor: that says more than a count
_FARTHEST_ULP = 1 << 24


def _percent(part: int, total: int) -> str:
    share = 100 * part / total if total else 0.0
    if part < total and share > 99.9:
        return "over 99.9 %"
    return f"{share:.3g} %"


def _keywords(found: list[KeywordDiff]) -> Iterator[str]:
    shown = found[:_MOST_KEYWORDS]
    left = [k.a if k.a is not None else "missing" for k in shown]
    width = min(_WIDEST, max((len(text) for text in left), default=0))
    for keyword, ours in zip(shown, left, strict=True):
        theirs = keyword.b if keyword.b is not None else "missing"
        yield f"{keyword.keyword:<8}  {ours:<{width}}  |  {theirs}"
    if len(found) > len(shown):
        yield f"and {len(found) - len(shown)} more keywords"


def _region(image: ImageDiff, shape: tuple[int, ...]) -> Iterator[str]:
    """Yield where the differences are: a slice to paste, and what it holds on each axis."""
    box = ", ".join(f"{first}:{stop}" for first, stop in image.box)
    names = _AXES.get(len(shape), tuple(f"axis {n}" for n in range(len(shape))))
    parts = []
    for name, size, count, touched in zip(names, shape, image.counts, image.touched, strict=True):
        if size == 1:
            continue
        if count == size:
            parts.append(f"all {size} {name}")
        elif touched:
            one = name.rstrip("s") if count == 1 else name
            parts.append(f"{one} {', '.join(map(str, touched))}")
        else:
            parts.append(f"{count} of {size} {name}")
    yield f"within [{box}]"
    if parts:
        yield f"on {'; '.join(parts)}"


def _floats(image: ImageDiff) -> Iterator[str]:
    by_ulp = zip(ULP_BINS, image.ulp, strict=True)
    by_share = zip(RELATIVE_BINS, image.relative, strict=True)
    if any(image.ulp):
        yield f"ULP: {', '.join(f'{count:,} by {name}' for name, count in by_ulp if count)}"
        shares = (f"{count:,} {name}" for name, count in by_share if count)
        yield f"relative to A: {', '.join(shares)}"
    if image.nan_a or image.nan_b:
        yield f"NaN only in A: {image.nan_a:,}, only in B: {image.nan_b:,}"
    if image.nan_bits or image.zero_signs:
        zeros = f"zeros with another sign: {image.zero_signs:,}"
        yield f"NaN with other bits: {image.nan_bits:,}, {zeros}"


def _largest(image: ImageDiff) -> Iterator[str]:
    """Yield the largest difference and the largest distance, in one line when they are one."""
    places: dict[tuple[int, ...], list[str]] = {}
    values = {}
    for top, unit in ((image.largest, ""), (image.largest_ulp, " ULP")):
        if top is not None and not (unit and top.size >= _FARTHEST_ULP):
            number = f"{top.size:,.0f}" if unit else f"{top.size:.6g}"
            places.setdefault(top.index, []).append(f"{number}{unit}")
            values[top.index] = f"{top.a} | {top.b}"
    for index, sizes in places.items():
        yield f"largest: {' = '.join(sizes)} at {list(index)}: {values[index]}"


def _image(hdu: HduDiff, image: ImageDiff) -> Iterator[str]:
    if image.within:
        yield f"{image.within:,} values differ within the tolerance"
    if not image.differ:
        return
    share = _percent(image.differ, image.total)
    yield f"{image.differ:,} of {image.total:,} values differ ({share})"
    if image.box:
        yield from _region(image, hdu.shape)
    yield from _floats(image)
    yield from _largest(image)
    for flag in image.flags:
        counts = f"only in A {flag.only_a:>10,}  only in B {flag.only_b:>10,}"
        yield f"{flag.flag:<16}  {counts}"


def _table(table: TableDiff) -> Iterator[str]:
    if table.rows_a != table.rows_b:
        yield f"rows: {table.rows_a:,} | {table.rows_b:,}"
    for column in table.columns:
        if column.a is None or column.b is None:
            yield f"column {column.name}: only in {'B' if column.a is None else 'A'}"
        else:
            rows = f"{column.rows:,} rows differ" if column.rows != 1 else "1 row differs"
            values = f"{column.a} | {column.b}"
            yield f"column {column.name}: {rows}, first row {column.first}: {values}"


def _hdu(hdu: HduDiff) -> Iterator[str]:
    if hdu.same:
        within = hdu.image.within if hdu.image is not None else 0
        note = f", {within:,} values within the tolerance" if within else ""
        yield f"{hdu.name}: same{note}"
        return
    form = hdu.form_a if hdu.form_a == hdu.form_b else f"{hdu.form_a} | {hdu.form_b}"
    yield f"{hdu.name}: differs{f' ({form})' if hdu.shape or '|' in form else ''}"
    yield from (f"    {line}" for line in _details(hdu))


def _details(hdu: HduDiff) -> Iterator[str]:
    yield from _keywords(hdu.keywords)
    if hdu.image is not None:
        yield from _image(hdu, hdu.image)
    elif hdu.kind == "image" and hdu.form_a != hdu.form_b:
        yield "of another shape or type: values were not compared"
    if hdu.table is not None:
        yield from _table(hdu.table)


def report(found: FileDiff) -> Iterator[str]:
    """Yield the lines that tell a person what differs."""
    yield f"A: {found.a}"
    yield f"B: {found.b}"
    for hdu in found.hdus:
        yield from _hdu(hdu)
    for name in found.only_a:
        yield f"{name}: only in A"
    for name in found.only_b:
        yield f"{name}: only in B"
    if found.reordered:
        yield "the units stand in another order"
    differing = [hdu.name for hdu in found.hdus if not hdu.same] + found.only_a + found.only_b
    if found.ignored:
        yield f"not looked at: {', '.join(found.ignored)}"
    if found.same:
        yield f"same: {len(found.hdus)} HDUs"
    elif differing:
        total = len(found.hdus) + len(found.only_a) + len(found.only_b)
        yield f"{len(differing)} of {total} HDUs differ: {', '.join(differing)}"
