from __future__ import annotations

from strun.batch.checked_input import CheckedInput


def test_the_first_fault_counts() -> None:
    one = CheckedInput("a.fits", "a.fits").with_fault("is cut", "FitsError")
    assert (one.fault, one.fault_kind) == ("is cut", "FitsError")
    assert one.with_fault("no room") == one
