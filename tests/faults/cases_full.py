"""Disks that are full after so many bytes of the product."""

from __future__ import annotations

from fault_driver import Case
from fault_numbers import flags_are_right
from fault_scenes import DQ, LIN, LIN_PRODUCT, linearity, ramp

WHOLE = 31_680
"""Bytes of the product."""


def _full(
    name: str, limit: int, words: tuple[str, ...] = DQ, makes: str = "x_dq_init.fits"
) -> Case:
    """Return the case of a disk that is full after so many bytes of a file."""
    says = rf"{makes}: cannot be written: larger than the system lets a file be"
    return Case(f"disk full {name}", words, says, makes=makes, apart=True, limit=limit)


def _large() -> None:
    """Make an exposure that several workers write."""
    ramp(shape=(2, 40, 96, 1024), SUBSTRT1=1, SUBSTRT2=1)()
    linearity(size=(96, 1024))()


CASES = [
    _full("at once", 0),
    _full("in the first header", 100),
    _full("in the second header", 3000),
    _full("in SCI", 9000),
    _full("in the header of PIXELDQ", 14_450),
    _full("in PIXELDQ", 17_300),
    _full("in GROUPDQ", 23_100),
    _full("in the last header", 25_950),
    _full("in the last unit", 28_850),
    _full("at the last byte", WHOLE - 1),
    _full("in SCI of linearity", 9000, LIN, LIN_PRODUCT),
    _full("in flags of linearity", 17_300, LIN, LIN_PRODUCT),
    Case(
        "disk full for several workers",
        LIN,
        "larger than the system",
        _large,
        makes=LIN_PRODUCT,
        apart=True,
        limit=20_000_000,
    ),
    Case(
        "disk just large enough", DQ, "", code=0, apart=True, limit=WHOLE, check=flags_are_right()
    ),
]
