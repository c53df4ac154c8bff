"""Names of the products of calwebb_detector1."""

from __future__ import annotations

import pytest

from jwst.pipeline import Detector1Pipeline


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
