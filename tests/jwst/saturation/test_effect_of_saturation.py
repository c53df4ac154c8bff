"""What saturation says it did."""

from __future__ import annotations

from jwst.saturation import SaturationStep


def test_line_tells_samples_and_pixels() -> None:
    counts = {
        "samples": 2000,
        "samples_saturated": 20,
        "samples_floor": 4,
        "pixels": 100,
        "pixels_unchecked": 7,
    }
    assert SaturationStep().effect_of(counts).line == (
        "20 of 2,000 samples saturated (1 %), 4 flagged AD_FLOOR (0.2 %); "
        "7 of 100 pixels flagged NO_SAT_CHECK (7 %)"
    )
