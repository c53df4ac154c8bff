from __future__ import annotations

from pathlib import Path

import pytest
from astropy.io import fits
from batch_steps import QuarterPipeline

import jwst.batch
from jwst.dq_init import DQInitStep
from strun.batch.resume import out_of_date
from strun.errors import ReferenceNotFoundError
from strun.steps.running import run_on_file


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
