"""A model in a notebook."""

from __future__ import annotations

from pathlib import Path

from factories import make_ramp

from jwst import datamodels


def test_html_says_what_the_exposure_is(ramp: Path) -> None:
    with datamodels.open(ramp) as model:
        model.meta.cal_step.dq_init = "COMPLETE"
        model.meta.ref_file.mask.name = "mask.fits"
        text = model._repr_html_()
    for part in (
        "RampModel x_uncal.fits",
        "MIRI MIRIMAGE F1130W",
        "MIR_IMAGE",
        "dq_init COMPLETE",
        "mask: mask.fits",
        "float32 2 x 5 x 12 x 16",
    ):
        assert part in text


def test_html_reads_no_array(ramp: Path) -> None:
    with datamodels.open(ramp) as model:
        assert "on disk" in model._repr_html_()
        assert model.loaded == {}


def test_html_names_arrays_that_are_made_of_zeros(folder: Path) -> None:
    with datamodels.open(make_ramp(folder / "x.fits", flags=False)) as model:
        assert model._repr_html_().count("zeros, when touched") == 2


def test_html_escapes_what_the_header_says() -> None:
    model = datamodels.RampModel((1, 1, 2, 2))
    model.meta.target.catalog_name = "<script>"
    assert "&lt;script&gt;" in model._repr_html_()


def test_html_of_an_empty_model_is_its_name() -> None:
    assert datamodels.RampModel()._repr_html_() == "<div><strong>RampModel</strong></div>"


def test_html_of_a_closed_model_is_shown(ramp: Path) -> None:
    with datamodels.open(ramp) as model:
        assert model.data is not None
    assert "in memory" in model._repr_html_()
