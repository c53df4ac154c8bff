"""The record in a product of what it was made from."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numpy as np
from astropy.io import fits
from factories import SIZE

from jwst import datamodels
from jwst.dq_init import DQInitStep
from jwst.linearity import LinearityStep
from jwst.stpipe.running import run_on_file
from jwst.stpipe.step import Step


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


def test_product_holds_sums_of_earlier_steps(ramp: Path, mask: Path, linearity: Path) -> None:
    first = run_on_file(DQInitStep(override_mask=str(mask)), str(ramp)).product
    header = _run(LinearityStep(override_linearity=str(linearity)), Path(str(first)))
    assert header["H_MASK"] == _digest(mask)
    assert header["H_LINEAR"] == _digest(linearity)
    assert header["STRUNINP"] == "x_dq_init.fits"


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
