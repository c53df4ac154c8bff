"""Pairs of files to compare."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

Change = Callable[[fits.HDUList], None]


def product() -> fits.HDUList:
    """Return a small product with every kind of unit."""
    sci = np.arange(2 * 3 * 5 * 7, dtype=np.float32).reshape(2, 3, 5, 7) + 1
    times = np.array([(1, 0.5), (2, np.nan)], [("number", "i4"), ("start", "f8")])
    primary = fits.PrimaryHDU()
    primary.header.update({"DATE": "2026-01-01", "FILENAME": "a.fits", "TARGNAME": "M 31"})
    primary.header["HISTORY"] = "made for a test"
    return fits.HDUList(
        [
            primary,
            fits.ImageHDU(sci, name="SCI"),
            fits.ImageHDU(np.zeros((5, 7), np.uint32), name="PIXELDQ"),
            fits.ImageHDU(np.zeros(sci.shape, np.uint8), name="GROUPDQ"),
            fits.BinTableHDU(times, name="INT_TIMES"),
        ]
    )


@pytest.fixture
def pair(tmp_path: Path) -> Callable[[Change], tuple[Path, Path]]:
    """Return a maker of two files, the second changed by a function."""

    def make(change: Change) -> tuple[Path, Path]:
        first, second = tmp_path / "a.fits", tmp_path / "b.fits"
        product().writeto(first)
        changed = product()
        change(changed)
        changed.writeto(second)
        return first, second

    return make
