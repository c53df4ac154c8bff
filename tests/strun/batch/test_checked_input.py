from __future__ import annotations

import os
from pathlib import Path

import pytest

from strun.batch.checked_input import CheckedInput, mark_clashes, mark_full_disks


def test_the_first_fault_counts() -> None:
    one = CheckedInput("a.fits", "a.fits").with_fault("is cut", "FitsError")
    assert (one.fault, one.fault_kind) == ("is cut", "FitsError")
    assert one.with_fault("no room") == one


HUGE = 1 << 60


def exposure(name: str, product: str | None, size: int = 1) -> CheckedInput:
    return CheckedInput(name, name, product=product, size=size)


def test_products_in_folders_of_their_own_do_not_clash(folder: Path) -> None:
    found = mark_clashes([exposure("a", "one/x.fits"), exposure("b", "two/x.fits")])
    assert [each.fault for each in found] == ["", ""]


@pytest.mark.parametrize("other", ["x.fits", "./x.fits", "one/../x.fits"])
def test_the_second_of_two_with_one_product_is_at_fault(folder: Path, other: str) -> None:
    (folder / "one").mkdir()
    found = mark_clashes([exposure("a", "x.fits"), exposure("b", other)])
    assert found[0].fault == ""
    assert "is the product of a already, b would overwrite it" in found[1].fault


def test_one_that_cannot_be_run_clashes_with_nobody(folder: Path) -> None:
    bad = exposure("a", "x.fits").with_fault("is cut", "FitsError")
    assert mark_clashes([bad, exposure("b", "x.fits")])[1].fault == ""


def test_what_is_not_saved_needs_no_room(folder: Path) -> None:
    assert mark_full_disks([exposure("a", None, HUGE)])[0].fault == ""


def test_a_large_product_leaves_room_for_the_small_ones(folder: Path) -> None:
    found = mark_full_disks(
        [exposure("a", "a.fits"), exposure("b", "b.fits", HUGE), exposure("c", "c.fits")]
    )
    assert [bool(each.fault) for each in found] == [False, True, False]
    assert "not enough disk" in found[1].fault


def test_what_is_up_to_date_needs_no_room(folder: Path) -> None:
    same = exposure("a", "a.fits", HUGE)._replace(out_of_date=())
    assert mark_full_disks([same])[0].fault == ""


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_to_is_found(folder: Path) -> None:
    (folder / "closed").mkdir(mode=0o500)
    (found,) = mark_full_disks([exposure("a", "closed/a.fits")])
    assert "may not be written to" in found.fault
