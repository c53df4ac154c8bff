"""The record in a product of what it was made from."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from astropy.io import fits
from factories import SIZE
from hypothesis import given
from hypothesis import strategies as st

from jwst import datamodels
from jwst.dq_init import DQInitStep
from jwst.linearity import LinearityStep
from strun.provenance.record import decoded, encoded
from strun.steps.pipeline import Pipeline
from strun.steps.running import run_on_file
from strun.steps.step import Step


def _run(step: Step, path: Path) -> fits.Header:
    return fits.getheader(run_on_file(step, str(path)).product)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_product_names_class_of_the_step(ramp: Path, mask: Path) -> None:
    header = _run(DQInitStep(override_mask=str(mask)), ramp)
    assert header["STRUNSTP"] == "jwst.dq_init.DQInitStep"


def test_product_names_its_input(ramp: Path, mask: Path) -> None:
    os.utime(ramp, ns=(0, 1_600_000_000_123_456_789))
    header = _run(DQInitStep(override_mask=str(mask)), ramp)
    assert header["STRUNINP"] == "x_uncal.fits"
    assert header["STRUNSIZ"] == ramp.stat().st_size
    assert header["STRUNTIM"] == "2020-09-13T12:26:40.123456789"


def test_input_in_the_next_folder_is_named_by_the_way_to_it(ramp: Path, mask: Path) -> None:
    step = DQInitStep(override_mask=str(mask), output_dir="products")
    assert _run(step, ramp)["STRUNINP"] == "../x_uncal.fits"


def test_input_far_away_is_named_without_folders(ramp: Path, mask: Path) -> None:
    step = DQInitStep(override_mask=str(mask), output_dir="a/b/c")
    assert _run(step, ramp)["STRUNINP"] == "x_uncal.fits"


def test_product_holds_sum_of_its_mask(ramp: Path, mask: Path) -> None:
    assert _run(DQInitStep(override_mask=str(mask)), ramp)["H_MASK"] == _digest(mask)


def test_product_holds_the_sums_of_its_own_run(ramp: Path, mask: Path, linearity: Path) -> None:
    first = run_on_file(DQInitStep(override_mask=str(mask)), str(ramp)).product
    header = _run(LinearityStep(override_linearity=str(linearity)), Path(str(first)))
    assert header["H_LINEAR"] == _digest(linearity)
    # what its input was made from, the input says
    assert header["STRUNINP"] == "x_dq_init.fits"
    assert "H_MASK" not in header


def no_change(_: object) -> None:
    """Do nothing, as a hook."""


FOREIGN = {
    "STRUNP02": "pre_hooks = touch owned (cfg)",
    "STRUNP99": "post_hooks = touch owned (cfg)",
    "STRUNXYZ": "of another version",
    "H_DARK": "0" * 64,
    "H_LINEAR": "0" * 64,
}


@pytest.fixture
def foreign(ramp: Path) -> Path:
    """Return an exposure with cards of a record that no run has written."""
    with fits.open(ramp, mode="update") as hdus:
        hdus[0].header.update(FOREIGN)
    return ramp


def _left(path: str | None) -> list[str]:
    return [keyword for keyword in FOREIGN if keyword in fits.getheader(path)]


def test_nothing_of_a_foreign_record_is_in_a_product(foreign: Path, mask: Path) -> None:
    assert _left(run_on_file(DQInitStep(override_mask=str(mask)), str(foreign)).product) == []


def test_nothing_of_a_foreign_record_is_in_a_skipped_product(foreign: Path) -> None:
    assert _left(run_on_file(DQInitStep(skip=True), str(foreign)).product) == []


def test_nothing_of_a_foreign_record_is_in_a_result_in_memory(foreign: Path, mask: Path) -> None:
    DQInitStep.call(str(foreign), override_mask=str(mask)).save("y.fits")
    assert _left("y.fits") == []


def test_nothing_of_a_foreign_record_is_in_what_a_step_of_a_pipeline_saves(
    foreign: Path, mask: Path
) -> None:
    class Both(Pipeline):
        step_defs: ClassVar = {"dq_init": DQInitStep}

    said = {"override_mask": str(mask), "save_results": True}
    Both.call(str(foreign), steps={"dq_init": said}, save_results=True)
    assert _left("x_dq_init.fits") == []
    # what the step saves is told of the pipeline, in a card of that number
    header = fits.getheader("x_both.fits")
    assert header.pop("STRUNP02") == "steps.dq_init.save_results = True (call)"
    assert not [keyword for keyword in FOREIGN if keyword in header]


def test_nothing_of_a_foreign_record_is_in_what_save_model_saves(foreign: Path) -> None:
    step = DQInitStep()
    path = step.save_model(step.open_model(str(foreign)), suffix="copy", force=True)
    assert _left(path) == []


def test_hook_that_is_a_function_is_named(ramp: Path, mask: Path) -> None:
    step = DQInitStep(override_mask=str(mask), post_hooks=[no_change])
    assert _run(step, ramp)["STRUNP02"] == f"post_hooks = {__name__}.no_change (given)"


ODD = [
    *(
        "ä ö.fits",
        "曝光.fits",
        "tab\t.fits",
        "line\n.fits",
        "50%41.fits",
        "it's.fits",
        "quote''.fits",
    ),
    *("a & b.fits", "x.fits ", os.fsdecode(b"\xff\xfe.fits")),
]


@pytest.mark.parametrize(
    "name",
    [*ODD, os.fsdecode(b"\xff\xfe.fits"), "it's.fits", "quote''.fits", "a & b.fits", "x.fits "],
)
def test_an_odd_name_is_read_back(ramp: Path, mask: Path, name: str) -> None:
    ramp.rename(name)
    header = _run(DQInitStep(override_mask=str(mask), output_file="y.fits"), Path(name))
    assert decoded(header["STRUNINP"]) == name


def test_result_in_memory_holds_the_same(ramp: Path, mask: Path) -> None:
    result = DQInitStep.call(str(ramp), override_mask=str(mask))
    result.save("y.fits")
    header = fits.getheader("y.fits")
    assert (header["H_MASK"], header["STRUNINP"]) == (_digest(mask), "x_uncal.fits")


def test_model_made_in_memory_has_no_input(ramp: Path, mask: Path) -> None:
    result = DQInitStep.call(datamodels.open(str(ramp)), override_mask=str(mask))
    result.save("y.fits")
    assert "STRUNINP" not in fits.getheader("y.fits")


def test_skipped_step_has_no_reference(ramp: Path) -> None:
    assert "H_MASK" not in _run(DQInitStep(override_mask="N/A"), ramp)


def test_parameters_that_are_not_default_stand_with_their_origin(ramp: Path, mask: Path) -> None:
    said = {"override_mask": str(mask), "suffix": "flagged"}
    step = DQInitStep.configured(("cfg", {"skip": "False"}), ("command line", said))
    header = _run(step, ramp)
    assert [header[f"STRUNP{n:02d}"] for n in (1, 2)] == [
        "override_mask = mask.fits (command line)",
        "suffix = flagged (command line)",
    ]
    assert "STRUNP03" not in header


def test_folders_of_one_machine_are_left_out(ramp: Path, mask: Path, folder: Path) -> None:
    step = DQInitStep(override_mask=str(mask), output_dir=str(folder / "out"))
    cards = _run(step, ramp).tostring()
    assert str(folder) not in cards


def test_file_that_is_a_parameter_is_named_with_its_sum(ramp: Path, mask: Path) -> None:
    fits.PrimaryHDU(np.zeros(SIZE, "int32")).writeto("user.fits")
    header = _run(DQInitStep(override_mask=str(mask), user_supplied_dq="user.fits"), ramp)
    digest = _digest(Path("user.fits"))[:16]
    assert header["STRUNP02"] == f"user_supplied_dq = user.fits sha256:{digest} (given)"


def test_record_of_an_earlier_run_is_replaced(ramp: Path, mask: Path) -> None:
    first = run_on_file(DQInitStep(override_mask=str(mask), suffix="one"), str(ramp)).product
    header = _run(DQInitStep(override_mask=str(mask), suffix="two"), Path(str(first)))
    assert header["STRUNP02"] == "suffix = two (given)"
    assert header["STRUNINP"] == "x_one.fits"


@pytest.mark.parametrize("name", ["x_uncal.fits", "../a b/x.fits", "50% of it", "100%", "a\\xfc"])
def test_usual_names_stay_as_they_are(name: str) -> None:
    assert encoded(name) == name


@pytest.mark.parametrize(
    ("name", "text"),
    [("ü", "%C3%BC"), ("a\nb", "a%0Ab"), ("%41", "%2541"), ("x ", "x%20"), ("\udcff", "%FF")],
)
def test_odd_ones_are_escaped(name: str, text: str) -> None:
    assert encoded(name) == text


@given(st.binary())
def test_every_name_comes_back(raw: bytes) -> None:
    name = os.fsdecode(raw)
    text = encoded(name)
    assert text.isascii()
    assert text.isprintable()
    assert decoded(text) == name


@given(st.text("%0123456789ABCDEFabcdef é"))
def test_what_looks_like_an_escape_comes_back(name: str) -> None:
    assert decoded(encoded(name)) == name
