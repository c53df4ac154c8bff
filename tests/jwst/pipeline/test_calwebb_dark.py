"""The steps of calwebb_dark together."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from astropy.io import fits
from factories import make_ramp

from jwst.pipeline import DarkPipeline
from strun.errors import ReferenceNotFoundError
from strun.steps.running import run_on_file

ONLY = ("dq_init", "linearity")


def test_flags_that_dq_init_makes_are_not_missed_by_linearity(
    folder: Path, mask: Path, linearity: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ramp = make_ramp(folder / "x_uncal.fits", flags=False)
    steps: dict[str, dict[str, object]] = {
        name: {"skip": name not in ONLY} for name in DarkPipeline.step_defs
    }
    steps["dq_init"]["override_mask"] = str(mask)
    steps["linearity"]["override_linearity"] = str(linearity)
    with caplog.at_level(logging.WARNING):
        product = run_on_file(DarkPipeline(steps=steps), str(ramp)).product
    assert fits.getheader(str(product))["S_LINEAR"] == "COMPLETE"
    assert "no sample is taken as flagged" not in caplog.text


def test_hint_of_a_missing_reference_names_the_step_of_the_pipeline(folder: Path) -> None:
    ramp = make_ramp(folder / "x_uncal.fits")
    steps: dict[str, dict[str, object]] = {
        name: {"skip": name != "dq_init"} for name in DarkPipeline.step_defs
    }
    with pytest.raises(ReferenceNotFoundError, match=r"give steps\.dq_init\.override_mask"):
        run_on_file(DarkPipeline(steps=steps), str(ramp))
