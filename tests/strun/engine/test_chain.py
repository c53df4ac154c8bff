from __future__ import annotations

from typing import Any

from strun.engine.chain import merge


def test_merge_keeps_first_totals_when_counts_are_none() -> None:
    totals: dict[str, Any] = {"a": 1}
    merge(totals, None)
    merge(totals, {"a": 2, "max_b": 3})
    merge(totals, {"max_b": 2})
    assert totals == {"a": 3, "max_b": 3}
