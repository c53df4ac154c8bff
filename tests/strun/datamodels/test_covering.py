from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest
from factories import REFERENCE_SIZE, make_mask, make_ramp, window

from jwst.datamodels import MaskModel, RampModel
from strun.blockio.rows import FileRows, MemoryRows
from strun.blockio.tiles import Tile
from strun.datamodels.covering import covering_window, rows_of, stripes_of
from strun.datamodels.stripes import StripeCut
from strun.errors import InputError, ReferenceFileError, ReferenceMismatchError

STRIPES = {"MSTR_RD1": 2, "MSTR_SK1": 5, "MSTR_RD2": 10, "FASTAXIS": 1, "SLOWAXIS": 2}


def striped(folder: Path, **keywords: int) -> RampModel:
    """Return an exposure of one stripe of the full frame."""
    place = {"SUBSTRT1": 1, "SUBSTRT2": 1, "SSTR_NST": 0} | STRIPES | keywords
    return RampModel(make_ramp(folder / "striped.fits", shape=(1, 2, 12, 2048), **place))


def test_covering_window_is_where_the_exposure_lies(ramp: Path, mask: Path) -> None:
    found = covering_window(RampModel(ramp), MaskModel(mask), array="dq")
    assert found == Tile(*window())


def test_covering_window_logs_what_is_wrong_in_headers(
    folder: Path, mask: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ramp = RampModel(make_ramp(folder / "x.fits", SUBSIZE1=2048))
    with caplog.at_level(logging.WARNING):
        covering_window(ramp, MaskModel(mask), array="dq")
    assert "SUBSIZE1 is 2048 but the array has 16 columns" in caplog.text


def test_covering_window_raises_when_the_exposure_has_no_image(mask: Path) -> None:
    with pytest.raises(InputError, match="no SCI extension with an image"):
        covering_window(RampModel(), MaskModel(mask), array="dq")


def test_covering_window_raises_when_the_reference_has_no_array(ramp: Path) -> None:
    with pytest.raises(ReferenceFileError, match="no DQ extension; is it a mask reference"):
        covering_window(RampModel(ramp), MaskModel(), array="dq")


def test_covering_window_raises_when_the_exposure_lies_outside(folder: Path, mask: Path) -> None:
    ramp = RampModel(make_ramp(folder / "x.fits", SUBSTRT1=REFERENCE_SIZE[1]))
    with pytest.raises(ReferenceMismatchError, match="give a reference that covers it"):
        covering_window(ramp, MaskModel(mask), array="dq")


def test_rows_of_reads_a_file_and_cuts_what_is_in_memory(ramp: Path, mask: Path) -> None:
    model = MaskModel(mask)
    cut = covering_window(RampModel(ramp), model, array="dq")
    on_disk = rows_of(model, "dq", cut)
    assert isinstance(on_disk, FileRows)
    raw = on_disk.read(Tile(slice(2, 5), slice(0, on_disk.shape[-1])))
    assert (model.decoder().decode(raw) == model.dq[window()][2:5]).all()
    in_memory = rows_of(model, "dq", cut)
    assert isinstance(in_memory, MemoryRows)
    assert in_memory.shape == on_disk.shape


def test_stripes_of_is_none_when_the_detector_was_read_as_usual(ramp: Path) -> None:
    assert stripes_of(RampModel(ramp)) is None


def test_rows_of_puts_stripes_of_a_full_frame_together(folder: Path) -> None:
    full = MaskModel(make_mask(folder / "full.fits", size=(2048, 2048)))
    exposure = striped(folder)
    cut = covering_window(exposure, full, array="dq")
    assert isinstance(cut, StripeCut)
    rows = rows_of(full, "dq", cut)
    assert rows is not None
    flags = full.decoder().decode(rows.read(Tile(slice(0, 12), slice(0, 2048))))
    assert (flags == full.dq[np.r_[0:2, 7:17]]).all()


def test_covering_window_takes_a_reference_of_the_same_subarray_as_it_is(folder: Path) -> None:
    mask = MaskModel(make_mask(folder / "same.fits", size=(12, 2048)))
    found = covering_window(striped(folder), mask, array="dq")
    assert found == Tile(slice(0, 12), slice(0, 2048))
