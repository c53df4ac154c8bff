from __future__ import annotations

import os
from collections import namedtuple
from pathlib import Path

import pytest
from astropy.io import fits
from batch_steps import QuarterPipeline
from factories import make_linearity, make_mask, make_ramp

import jwst.batch
from jwst.dq_init import DQInitStep
from jwst.linearity import LinearityStep
from jwst.stpipe import Step
from strun.batch.checked_input import CheckedInput
from strun.batch.preflight import check_inputs, out_of_date
from strun.errors import ReferenceNotFoundError
from strun.steps.running import run_on_file


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


def step(**parameters: str) -> DQInitStep:
    return DQInitStep(**({"override_mask": "mask.fits"} | parameters))


@pytest.fixture
def product(three: list[Path]) -> str:
    """Return the product of a."""
    DQInitStep.call("a_uncal.fits", override_mask="mask.fits", save_results=True)
    return "a_dq_init.fits"


def test_a_product_made_of_the_same_is_not_stale(product: str) -> None:
    assert out_of_date(step(), "a_uncal.fits", product) == []


def test_who_said_a_parameter_does_not_matter_but_its_value(product: str) -> None:
    # the fixture's was said in a call, these when the step was made
    assert "(call)" in fits.getval(product, "STRUNP01")
    assert out_of_date(step(), "a_uncal.fits", product) == []
    Path("other.fits").write_bytes(Path("mask.fits").read_bytes())
    assert "STRUNP01 was" in " ".join(
        out_of_date(step(override_mask="other.fits"), "a_uncal.fits", product)
    )


def test_another_input_is_named(product: str) -> None:
    (found,) = [text for text in out_of_date(step(), "b_uncal.fits", product) if "STRUNINP" in text]
    assert found == "STRUNINP was a_uncal.fits, is b_uncal.fits"


def test_an_input_that_was_written_again_is_named(product: str) -> None:
    Path("a_uncal.fits").write_bytes(Path("b_uncal.fits").read_bytes())
    assert "STRUNTIM" in out_of_date(step(), "a_uncal.fits", product)[0]


def test_a_product_that_is_cut_is_named(product: str) -> None:
    Path(product).write_bytes(Path(product).read_bytes()[:-2880])
    assert "is cut" in out_of_date(step(), "a_uncal.fits", product)[0]


def test_sums_that_are_asked_for_and_missing_are_named(product: str) -> None:
    asked = step()
    asked.checksum = True
    assert "CHECKSUM is missing" in out_of_date(asked, "a_uncal.fits", product)[0]


def test_a_reference_that_is_gone_is_an_error(product: str) -> None:
    with pytest.raises(ReferenceNotFoundError, match="no such mask reference file"):
        out_of_date(step(override_mask="none.fits"), "a_uncal.fits", product)


@pytest.mark.parametrize("place", [0, -2880], ids=["header", "data"])
def test_a_product_whose_own_sums_do_not_hold_is_named(three: list[Path], place: int) -> None:
    made = DQInitStep(override_mask="mask.fits")
    made.checksum = made.verify = True
    product = str(run_on_file(made, "a_uncal.fits").product)
    assert out_of_date(made, "a_uncal.fits", product) == []
    content = bytearray(Path(product).read_bytes())
    # a card that no record has, or the last values
    at = content.index(b"F1130W") if place == 0 else len(content) + place
    content[at] ^= 1
    Path(product).write_bytes(content)
    (found,) = out_of_date(made, "a_uncal.fits", product)
    assert "CHECKSUM is wrong" in found or "DATASUM is" in found
    made.verify = False
    assert out_of_date(made, "a_uncal.fits", product) == []


def quarter(*, first_too: bool = False) -> QuarterPipeline:
    """Return a pipeline that saves what is between its steps too, and what the first one gives."""
    return QuarterPipeline(output_dir="out", steps={"first": {"save_results": first_too}})


def names(folder: str = "out") -> set[str]:
    return {path.name for path in Path(folder).glob("*.fits")}


@pytest.mark.parametrize("jobs", [1, 2])
def test_all_products_of_each_exposure_have_its_name(three: list[Path], jobs: int) -> None:
    report = jwst.batch.run(quarter(first_too=True), three, jobs=jobs)
    words = ("between", "half", "quarter")
    assert names() == {f"{name}_{word}.fits" for name in "abc" for word in words}
    assert report.results[0].product == "out/a_quarter.fits"
    assert set(report.results[0].beside) == {"out/a_half.fits", "out/a_between.fits"}


@pytest.mark.parametrize("lost", ["b_between.fits", "b_half.fits", "b_quarter.fits"])
def test_an_exposure_of_which_one_product_is_missing_is_done_again(
    three: list[Path], lost: str
) -> None:
    pipeline = quarter(first_too=True)
    jwst.batch.run(pipeline, three)
    Path("out", lost).unlink()
    report = jwst.batch.run(pipeline, three, resume=True)
    assert report.counts == {"done": 1, "up to date": 2, "failed": 0, "not run": 0}
    assert report.results[1].outcome == "done"
    assert report.results[0].beside == ("out/a_half.fits", "out/a_between.fits")
    assert Path("out", lost).exists()


def test_a_product_beside_the_main_one_that_is_cut_is_named(three: list[Path]) -> None:
    jwst.batch.run(quarter(), three)
    beside = Path("out/a_between.fits")
    beside.write_bytes(beside.read_bytes()[:-2880])
    (found,) = out_of_date(quarter(), "a_uncal.fits", "out/a_quarter.fits")
    assert "a_between.fits: HDU" in found
    assert "is cut" in found


def test_a_product_on_the_way_that_was_not_asked_for_before_is_named(three: list[Path]) -> None:
    jwst.batch.run(quarter(), three)
    found = out_of_date(quarter(first_too=True), "a_uncal.fits", "out/a_quarter.fits")
    assert found == ["STRUNP01 was None, is steps.first.save_results = True (given)"]
