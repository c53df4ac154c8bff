"""Names, bits and files of the products of calwebb_detector1."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import asdf
import pytest
from astropy.io import fits
from factories import SIZE
from kernels import needs_kernels
from step_references import make_exposure, make_references

from jwst.persistence import PersistenceStep
from jwst.pipeline import Detector1Pipeline
from strun.steps.running import run_on_file

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
    assert pipeline.default_suffix() == suffix


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


WINDOWS = {"skip": False, "persistence_time": 1000, "save_persistence": "w.asdf"}


@pytest.fixture
def raw(folder: Path) -> dict[str, Any]:
    """Return the steps of a pipeline, with references for the exposure x_uncal.fits."""
    make_exposure(folder / "x_uncal.fits", shape=(2, 4, *SIZE))
    steps: dict[str, Any] = {"persistence": WINDOWS}
    for word in make_references(folder):
        name, _, value = word.removeprefix("--steps.").partition("=")
        step, _, parameter = name.partition(".")
        steps.setdefault(step, {})[parameter] = value
    return steps


@pytest.mark.parametrize("after", [None, "persistence"])
def test_windows_of_persistence_are_saved_in_one_pass(
    raw: dict[str, Any], after: str | None
) -> None:
    run_on_file(Detector1Pipeline(steps=raw, stop_after="jump"), "x_uncal.fits")
    run_on_file(PersistenceStep(**WINDOWS | {"save_persistence": "alone.asdf"}), "x_ramp.fits")
    made = run_on_file(Detector1Pipeline(steps=raw, stop_after=after), "x_uncal.fits")
    assert "w.asdf" in made.beside
    alone, found = (asdf.load(path)["MIRIMAGE"] for path in ("alone.asdf", "w.asdf"))
    assert len(found["vals"]) > 0
    for key in ("rows", "cols", "vals"):
        assert found[key].tobytes() == alone[key].tobytes()
    assert found["filename"] == "x_uncal.fits"
