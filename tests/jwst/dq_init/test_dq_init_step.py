"""What dq_init says it did."""

from __future__ import annotations

import json
from typing import Any

from jwst.dq_init import DQInitStep
from strun.datamodels.dqflags import pixel


def by_bit(**flags: int) -> list[int]:
    counts = [0] * 32
    for name, count in flags.items():
        counts[pixel[name].bit_length() - 1] = count
    return counts


def masked(new: list[int] | None = None) -> dict[str, Any]:
    total = by_bit(DO_NOT_USE=10, HOT=3)
    return {"pixels": 1000, "pixels_flagged": 12, "flags": total, "flags_new": new or total}


def test_flags_are_named_with_new_total_and_fraction() -> None:
    effect = DQInitStep().effect_of(masked(by_bit(DO_NOT_USE=4))).numbers
    assert effect["flags"] == {
        "DO_NOT_USE": {"new": 4, "total": 10, "fraction": 0.01},
        "HOT": {"new": 0, "total": 3, "fraction": 0.003},
    }


def test_line_of_flags_when_all_are_new() -> None:
    assert DQInitStep().effect_of(masked()).line == (
        "12 of 1,000 pixels flagged (1.2 %, all new): DO_NOT_USE 10, HOT 3"
    )


def test_line_of_flags_when_some_are_new() -> None:
    line = DQInitStep().effect_of(masked(by_bit(DO_NOT_USE=4))).line
    assert line.endswith("(1.2 %): DO_NOT_USE 10 (4 new), HOT 3 (0 new)")


def test_line_of_flags_when_there_are_none() -> None:
    counts = {"pixels": 64, "pixels_flagged": 0, "flags": by_bit(), "flags_new": by_bit()}
    assert DQInitStep().effect_of(counts).line == "no flag in any of 64 pixels"


def test_numbers_become_json() -> None:
    numbers = DQInitStep().effect_of(masked()).numbers
    assert json.loads(json.dumps(numbers)) == numbers
