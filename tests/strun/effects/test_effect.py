"""What a step did: shares of what was counted, lines, and what a pipeline says."""

from __future__ import annotations

import pytest

from strun.effects.effect import (
    Effect,
    brief_of,
    line_of,
    listed,
    numbers_of,
    percent,
    shares,
)

SHARES = (
    ("samples_saturated", "samples", "saturated"),
    ("pixels_unchecked", "pixels", "unchecked"),
)
COUNTS = {"samples": 2000, "samples_saturated": 20, "pixels": 100, "pixels_unchecked": 7}
DONE = Effect({"samples": 2}, "2 samples", "two")
OTHER = Effect({"pixels": 3}, "3 pixels", "three")


def test_shares_are_counts_and_fractions_of_what_they_are_a_part_of() -> None:
    assert shares(COUNTS, SHARES).numbers == {
        "samples": 2000,
        "samples_saturated": 20,
        "fraction_saturated": 0.01,
        "pixels": 100,
        "pixels_unchecked": 7,
        "fraction_unchecked": 0.07,
    }


def test_line_of_shares_names_them_in_order() -> None:
    assert shares(COUNTS, SHARES).line == (
        "20 of 2,000 samples saturated (1 %); 7 of 100 pixels unchecked (7 %)"
    )


def test_brief_is_the_first_share() -> None:
    assert shares(COUNTS, SHARES).brief == "1 % saturated"


@pytest.mark.parametrize(("share", "text"), [(3e-6, "under 0.01 %"), (0.999997, "over 99.99 %")])
def test_percentage_is_never_rounded_to_none_or_all(share: float, text: str) -> None:
    assert percent(share) == text


def test_line_of_other_steps_lists_their_numbers() -> None:
    assert listed({"pixels_shifted": 1200}).line == "pixels shifted 1,200"
    assert listed({}).line == ""


def test_step_alone_is_not_named() -> None:
    effects = {"one": DONE}
    assert (numbers_of(effects), line_of(effects), brief_of(effects)) == DONE


def test_steps_of_a_pipeline_are_named() -> None:
    effects = {"one": DONE, "other": OTHER}
    assert numbers_of(effects) == {"one": {"samples": 2}, "other": {"pixels": 3}}
    assert line_of(effects) == "one: 2 samples; other: 3 pixels"
    assert brief_of(effects) == "three"


def test_total_of_several_shares_is_said_once() -> None:
    counts = {"samples": 200, "samples_low": 20, "samples_high": 2}
    rows = (("samples_low", "samples", "low"), ("samples_high", "samples", "high"))
    assert shares(counts, rows).line == "20 of 200 samples low (10 %), 2 high (1 %)"


def test_counts_by_group_are_among_the_numbers() -> None:
    counts = {"samples": 4, "samples_low": 1, "samples_low_by_group": [0, 1]}
    effect = shares(counts, (("samples_low", "samples", "low"),))
    assert effect.numbers["samples_low_by_group"] == [0, 1]
