"""Names and bits of the products of calwebb_detector1."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from astropy.io import fits
from kernels import needs_kernels
from step_references import make_exposure, make_references

from jwst.pipeline import Detector1Pipeline

STRUN = Path(sys.executable).with_name("strun")


@pytest.mark.parametrize(
    ("parameters", "suffix"),
    [
        ({}, "rate"),
        ({"stop_after": "ramp_fit"}, "rate"),
        ({"stop_after": "linearity"}, "ramp"),
        ({"steps": {"ramp_fit": {"skip": True}}}, "ramp"),
        ({"suffix": "mine"}, "mine"),
    ],
)
def test_product_is_named_after_what_is_in_it(parameters: dict[str, object], suffix: str) -> None:
    pipeline = Detector1Pipeline(**parameters)
    pipeline.set_primary_input("x_uncal.fits")
    assert pipeline.own_suffix() == suffix


@needs_kernels
def test_kernels_and_numpy_give_the_same_rates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = make_exposure(tmp_path / "x_uncal.fits")
    words = ["calwebb_detector1", str(source), *make_references(tmp_path)]
    products = []
    for switch in ("0", "1"):
        monkeypatch.setenv("STRUN_COMPILED", switch)
        subprocess.run([STRUN, *words], check=True, cwd=tmp_path, capture_output=True)
        with fits.open(tmp_path / "x_rate.fits") as product:
            products.append([hdu.data.tobytes() for hdu in product if hdu.is_image and hdu.size])
    assert len(products[0]) == 5
    assert products[0] == products[1]
