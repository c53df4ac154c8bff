"""What a step did, from counts to a line."""

from __future__ import annotations

import json
from typing import Any

import pytest

from strun.datamodels.dqflags import pixel
from strun.effects.effect import effect_line, summarize

LINEARITY = {
    "samples": 1000,
    "samples_saturated": 20,
    "samples_without": 30,
    "pixels": 100,
    "pixels_flagged": 1,
    "pixels_nan": 2,
    "pixels_zero": 0,
    "median_change": 0.0352,
    "samples_median": 900,
    "max_change": 0.25,
}


def by_bit(**flags: int) -> list[int]:
    counts = [0] * 32
    for name, count in flags.items():
        counts[pixel[name].bit_length() - 1] = count
    return counts


def masked(new: list[int] | None = None) -> dict[str, Any]:
    total = by_bit(DO_NOT_USE=10, HOT=3)
    return {"pixels": 1000, "pixels_flagged": 12, "flags": total, "flags_new": new or total}


def test_flags_are_named_with_new_total_and_fraction() -> None:
    effect = summarize(masked(by_bit(DO_NOT_USE=4)))
    assert effect["flags"] == {
        "DO_NOT_USE": {"new": 4, "total": 10, "fraction": 0.01},
        "HOT": {"new": 0, "total": 3, "fraction": 0.003},
    }


def test_line_of_flags_when_all_are_new() -> None:
    assert effect_line(masked()) == (
        "12 of 1,000 pixels flagged (1.2 %, all new): DO_NOT_USE 10, HOT 3"
    )


def test_line_of_flags_when_some_are_new() -> None:
    line = effect_line(masked(by_bit(DO_NOT_USE=4)))
    assert line.endswith("(1.2 %): DO_NOT_USE 10 (4 new), HOT 3 (0 new)")


def test_line_of_flags_when_there_are_none() -> None:
    counts = {"pixels": 64, "pixels_flagged": 0, "flags": by_bit(), "flags_new": by_bit()}
    assert effect_line(counts) == "no flag in any of 64 pixels"


def test_line_of_samples_tells_what_was_left_and_why() -> None:
    assert effect_line(LINEARITY) == (
        "950 of 1,000 samples corrected (95 %), by at most 25 % from 100 DN on, 3.52 % in the "
        "median of 900 of them; 20 left because saturated; 3 pixels NO_LIN_CORR (1 flagged, 2 NaN)"
    )


def test_line_of_samples_when_no_change_was_seen() -> None:
    line = effect_line({"samples": 10, "samples_saturated": 10, "samples_without": 0})
    assert line == (
        "0 of 10 samples corrected (0 %); 10 left because saturated; 0 pixels NO_LIN_CORR"
    )


@pytest.mark.parametrize(("share", "text"), [(3, "under 0.01 %"), (999_999, "over 99.99 %")])
def test_line_never_rounds_to_none_or_all(share: int, text: str) -> None:
    million = 1_000_000
    counts = {"samples": million, "samples_saturated": million - share, "samples_without": 0}
    assert text in effect_line(counts)


def test_line_of_other_steps_lists_their_numbers() -> None:
    assert effect_line({"pixels_shifted": 1200}) == "pixels shifted 1,200"
    assert effect_line({}) == ""


@pytest.mark.parametrize("counts", [masked(), LINEARITY, {"other": 1}])
def test_summary_becomes_json(counts: dict[str, Any]) -> None:
    assert json.loads(json.dumps(summarize(counts))) == summarize(counts)
