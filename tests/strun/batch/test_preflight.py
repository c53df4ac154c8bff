from __future__ import annotations

import os
from collections import namedtuple
from pathlib import Path

import pytest
from factories import make_linearity, make_mask, make_ramp

from jwst.dq_init import DQInitStep
from jwst.linearity import LinearityStep
from jwst.stpipe import Step
from strun.batch.checked_input import CheckedInput
from strun.batch.preflight import check_inputs


def look(
    paths: list[str], step: type[Step] = DQInitStep, **parameters: str | None
) -> list[CheckedInput]:
    given = {"override_mask": "mask.fits"} if step is DQInitStep else {}
    return check_inputs(lambda: step(**(given | parameters)), paths)


def faults(paths: list[str], **parameters: str | None) -> list[str]:
    return [each.fault for each in look(paths, **parameters)]


def test_all_faults_are_in_one_list(three: list[Path]) -> None:
    Path("text.fits").write_text("hello")
    Path("cut.fits").write_bytes(three[0].read_bytes()[:-2880])
    found = faults(["none.fits", "text.fits", "cut.fits", "mask.fits", "a_uncal.fits"])
    for fault, text in zip(
        found, ["no such file", "not a FITS file", "is cut", "no SCI extension", ""], strict=True
    ):
        assert text in fault
    assert found[-1] == ""


def test_a_reference_that_is_missing_is_found(three: list[Path]) -> None:
    found = faults(["a_uncal.fits", "b_uncal.fits"], override_mask="none.fits")
    assert all("no such mask reference file" in fault for fault in found)


def test_a_reference_for_another_detector_is_found(three: list[Path]) -> None:
    make_mask(Path("other.fits"), DETECTOR="MIRIFULONG")
    (fault,) = faults(["a_uncal.fits"], override_mask="other.fits")
    assert "for detector MIRIFULONG" in fault


def test_each_kind_of_exposure_is_checked(three: list[Path]) -> None:
    make_ramp(Path("b_uncal.fits"), DETECTOR="MIRIFULONG")
    found = faults(["a_uncal.fits", "b_uncal.fits", "c_uncal.fits"])
    assert [bool(fault) for fault in found] == [False, True, False]


def test_an_exposure_that_the_step_refuses_is_found(folder: Path) -> None:
    make_linearity(folder / "lin.fits")
    make_ramp(folder / "x.fits", S_LINEAR="COMPLETE")
    (found,) = look(["x.fits"], LinearityStep, override_linearity="lin.fits")
    assert "S_LINEAR is COMPLETE" in found.fault


def test_two_inputs_with_one_product_are_found(three: list[Path]) -> None:
    Path("sub").mkdir()
    make_ramp(Path("sub/a_rate.fits"))
    make_ramp(Path("sub/a_ramp.fits"))
    found = faults(["a_uncal.fits", "sub/a_ramp.fits"])
    assert found[0] == ""
    assert "is the product of a_uncal.fits already, sub/a_ramp.fits would overwrite it" in found[1]


@pytest.mark.parametrize("link", ["itself", "symbolic", "hard"])
def test_a_product_that_is_another_input_is_found(three: list[Path], link: str) -> None:
    other = "a_dq_init.fits"
    if link == "itself":
        make_ramp(Path(other))
    else:
        make_ramp(Path("z.fits"))
        (os.symlink if link == "symbolic" else os.link)("z.fits", other)
        other = "z.fits"
    found = faults(["a_uncal.fits", other])
    assert "the product of a_uncal.fits would overwrite the input" in found[0]


def test_a_product_that_is_its_own_input_is_found(three: list[Path]) -> None:
    assert "would overwrite the input" in faults(["a_uncal.fits"], suffix="uncal")[0]


def test_the_size_of_the_product_is_told(three: list[Path]) -> None:
    make_ramp(Path("n_uncal.fits"), flags=False, dtype="uint16")
    paths = ["a_uncal.fits", "n_uncal.fits"]
    for each in look(paths):
        DQInitStep.call(each.path, override_mask="mask.fits", output_dir="out", save_results=True)
        assert each.product is not None
        assert abs(each.size - Path("out", each.product).stat().st_size) <= 2880


def test_products_that_the_disk_has_no_room_for_are_found(
    three: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    (size,) = {each.size for each in look(["a_uncal.fits"])}
    room = namedtuple("room", "f_bavail f_frsize")
    monkeypatch.setattr(os, "statvfs", lambda _: room(2 * size + 10, 1))
    found = faults(["a_uncal.fits", "b_uncal.fits", "c_uncal.fits"])
    assert found[:2] == ["", ""]
    assert "not enough disk" in found[2]


def test_older_products_make_room(three: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    (size,) = {each.size for each in look(["a_uncal.fits"])}
    for name in "abc":
        Path(f"{name}_dq_init.fits").write_bytes(b"\0" * size)
    room = namedtuple("room", "f_bavail f_frsize")
    monkeypatch.setattr(os, "statvfs", lambda _: room(size + 10, 1))
    assert faults(["a_uncal.fits", "b_uncal.fits", "c_uncal.fits"]) == ["", "", ""]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_to_is_found(three: list[Path]) -> None:
    Path("out").mkdir(mode=0o500)
    assert "may not be written to" in faults(["a_uncal.fits"], output_dir="out")[0]


def test_like_is_compared_with_like(three: list[Path]) -> None:
    make_ramp(Path("b_uncal.fits"), shape=(1, 3, 6, 8))
    kinds = [each.kind for each in look(["a_uncal.fits", "b_uncal.fits", "c_uncal.fits"])]
    assert kinds[0] == kinds[2] != kinds[1]


def test_like_exposures_are_told_apart_in_their_faults(three: list[Path]) -> None:
    make_mask(Path("other.fits"), DETECTOR="NRCA1", INSTRUME="NIRCAM")
    told = faults(["a_uncal.fits", "b_uncal.fits"], override_mask="other.fits")
    assert [name in text for name, text in zip("ab", told, strict=True)] == [True, True]
    assert "b_uncal.fits" in told[1]


def test_a_fault_without_a_name_gets_the_exposures(
    three: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CRDS_PATH", raising=False)
    monkeypatch.delenv("CRDS_SERVER_URL", raising=False)
    told = faults(["b_uncal.fits"], override_mask=None)
    assert told[0].startswith("b_uncal.fits: no mask reference")
