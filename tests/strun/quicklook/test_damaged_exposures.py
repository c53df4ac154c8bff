from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from jwst.datamodels import RampModel
from strun.errors import InputError
from strun.quicklook import draw, save


def with_flags(path: Path, hdu: str, flags: np.ndarray) -> None:
    with fits.open(path, memmap=False) as hdus:
        hdus[hdu].data = flags
        hdus.writeto(path, overwrite=True)


@pytest.mark.parametrize("hdu", ["PIXELDQ", "GROUPDQ"])
@pytest.mark.parametrize("dtype", ["f4", "u4"])
def test_flags_that_cannot_be_of_the_exposure_are_refused(ramp: Path, hdu: str, dtype: str) -> None:
    shape = fits.getdata(ramp, hdu).shape
    # as floats, or one column short
    wrong = np.zeros(shape if dtype == "f4" else (*shape[:-1], shape[-1] - 1), dtype)
    with_flags(ramp, hdu, wrong)
    with pytest.raises(InputError, match=rf"x_uncal\.fits: {hdu} is .*expected whole numbers"):
        draw(ramp, pixel=(1, 1))


def test_samples_that_are_huge_or_signal_are_drawn(
    folder: Path, exposure: Callable[..., RampModel]
) -> None:
    model = exposure((1, 3, 8, 8))
    model.data[0, :, 0, 0] = np.float32(3e38), np.float32(-3e38), np.inf
    model.data.view(np.uint32)[0, 2, 1, 1] = 0x7FA00000  # a NaN that signals
    assert save(draw(model, pixel=(0, 0)), "a.png") == "a.png"


def test_names_that_no_font_has_are_drawn(folder: Path, exposure: Callable[..., RampModel]) -> None:
    model = exposure((1, 3, 8, 8))
    model.meta.target.catalog_name = "M\r31\x01"
    assert save(draw(model), "a.png") == "a.png"
