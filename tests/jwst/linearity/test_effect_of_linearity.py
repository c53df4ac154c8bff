"""What linearity says it did."""

from __future__ import annotations

import json

from jwst.linearity.effect import effect_of

LINEARITY = {
    "samples": 1000,
    "samples_saturated": 20,
    "samples_without": 30,
    "pixels": 100,
    "pixels_flagged": 1,
    "pixels_nan": 2,
    "pixels_zero": 0,
    "max_change": 0.25,
}


def test_line_of_samples_tells_what_was_left_and_why() -> None:
    assert effect_of(LINEARITY).line == (
        "950 of 1,000 samples corrected (95 %), by at most 25 % from 100 DN on; "
        "20 left because saturated; 3 pixels NO_LIN_CORR (1 flagged, 2 NaN)"
    )


def test_line_of_samples_when_no_change_was_seen() -> None:
    line = effect_of({"samples": 10, "samples_saturated": 10, "samples_without": 0}).line
    assert line == (
        "0 of 10 samples corrected (0 %); 10 left because saturated; 0 pixels NO_LIN_CORR"
    )


def test_numbers_become_json() -> None:
    numbers = effect_of(LINEARITY).numbers
    assert json.loads(json.dumps(numbers)) == numbers
