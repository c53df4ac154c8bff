from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from astropy.io import fits

from strun.blockio.copying import Range
from strun.blockio.headers import image_header
from strun.blockio.parts import Part, places
from strun.blockio.source import FitsFile


@pytest.fixture
def file(fits_bytes: Callable[..., bytes]) -> Iterator[FitsFile]:
    """Return a file with an image of unsigned integers and a table."""
    image = fits.ImageHDU(np.ones((3, 4), "u2"), name="SCI")
    table = fits.BinTableHDU(np.ones(5, [("a", "i4")]), name="T")
    with FitsFile.from_bytes(fits_bytes(image, table)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("shape", "dtype", "raw"),
    [((3, 4), "uint16", True), ((3, 4), "float32", False), ((4, 3), "uint16", False)],
)
def test_raw_is_true_only_when_bytes_stay(
    file: FitsFile, shape: tuple[int, int], dtype: str, raw: bool
) -> None:
    part = Part("data", image_header("SCI", shape, dtype), file.hdus[1])
    assert part.raw is raw
    assert (part.shape, part.encoding.dtype) == (shape, dtype)


def test_raw_is_false_when_values_are_in_memory_or_nowhere(file: FitsFile) -> None:
    header = file.hdus[1].header
    assert not Part("data", header, file.hdus[1], np.ones((3, 4), "u2")).raw
    assert not Part("data", header).raw


def test_raw_is_true_when_unit_is_a_table(file: FitsFile) -> None:
    assert Part(None, file.hdus[2].header, file.hdus[2]).raw


def test_places_are_those_of_the_input_when_nothing_changes(file: FitsFile) -> None:
    found, size = places([Part(None, hdu.header, hdu) for hdu in file.hdus])
    assert size == os.fstat(file.fd).st_size
    for place, hdu in zip(found, file.hdus, strict=True):
        assert place.header_offset == hdu.header_offset
        assert place.copied == Range(hdu.data_offset, hdu.data_offset, hdu.data_size)


def test_copied_refuses_when_part_has_no_source() -> None:
    (place,), _ = places([Part("data", image_header("SCI", (2, 2), "uint8"))])
    with pytest.raises(ValueError, match="without a source cannot be copied"):
        assert place.copied
