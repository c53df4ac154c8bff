"""What a comparison of two files found; plain values, so that it can become JSON."""

from __future__ import annotations

from dataclasses import dataclass, field

ULP_BINS = ("1", "2-9", "10-99", "100-999", "1000+")
RELATIVE_BINS = ("to 1e-6", "to 1e-4", "to 1 %", "to 100 %", "beyond")


@dataclass
class KeywordDiff:
    """A keyword with other values; None where a file does not have it."""

    keyword: str
    a: str | None
    b: str | None


@dataclass
class FlagDiff:
    """Values that have a flag in one file only."""

    flag: str
    only_a: int = 0
    only_b: int = 0


@dataclass
class Extreme:
    """The largest difference of a kind, where it is, and both values."""

    size: float
    index: tuple[int, ...]
    a: float
    b: float


@dataclass
class ImageDiff:
    """
    Values of two images of the same shape that differ.

    Attributes
    ----------
    total : int
        Values of each image.
    differ : int
        Values with other bits, but for those within the tolerance.
    within : int
        Values with other bits within the tolerance.
    box : list of (int, int)
        First and behind the last index of what differs, on each axis.
    touched : list of list of int
        Indices with a difference on each axis, when they are few; else empty.
    counts : list of int
        Number of indices with a difference on each axis.
    ulp : list of int
        Differing floats by distance, in the bins `ULP_BINS`.
    relative : list of int
        The same by the part of the value in A that they differ by, in the bins `RELATIVE_BINS`.
    nan_a, nan_b : int
        NaN in one file only.
    nan_bits, zero_signs : int
        NaN in both, and zero in both, with other bits.
    largest_ulp, largest : Extreme or None
        The largest distance in ULP, and the largest absolute difference.
    flags : list of FlagDiff
        For arrays of flags.
    """

    total: int
    differ: int = 0
    within: int = 0
    box: list[tuple[int, int]] = field(default_factory=list)
    touched: list[list[int]] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    ulp: list[int] = field(default_factory=lambda: [0] * len(ULP_BINS))
    relative: list[int] = field(default_factory=lambda: [0] * len(RELATIVE_BINS))
    nan_a: int = 0
    nan_b: int = 0
    nan_bits: int = 0
    zero_signs: int = 0
    largest_ulp: Extreme | None = None
    largest: Extreme | None = None
    flags: list[FlagDiff] = field(default_factory=list)


@dataclass
class ColumnDiff:
    """A table's column: rows that differ and the first of them, or why it cannot be compared."""

    name: str
    rows: int = 0
    first: int = 0
    a: str | None = None
    b: str | None = None


@dataclass
class TableDiff:
    """Rows of both tables, and the columns that differ."""

    rows_a: int
    rows_b: int
    columns: list[ColumnDiff] = field(default_factory=list)


@dataclass
class HduDiff:
    """A unit that both files have."""

    name: str
    kind: str
    shape: tuple[int, ...]
    keywords: list[KeywordDiff] = field(default_factory=list)
    form_a: str = ""
    form_b: str = ""
    image: ImageDiff | None = None
    table: TableDiff | None = None

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        image, table = self.image, self.table
        return not (
            self.keywords
            or self.form_a != self.form_b
            or (image is not None and image.differ)
            or (table is not None and (table.columns or table.rows_a != table.rows_b))
        )


@dataclass
class FileDiff:
    """Two files: units that only one has, and those of both."""

    a: str
    b: str
    only_a: list[str] = field(default_factory=list)
    only_b: list[str] = field(default_factory=list)
    reordered: bool = False
    hdus: list[HduDiff] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    @property
    def same(self) -> bool:
        """Whether nothing differs but what was to be ignored."""
        return not (self.only_a or self.only_b or self.reordered) and all(
            hdu.same for hdu in self.hdus
        )
