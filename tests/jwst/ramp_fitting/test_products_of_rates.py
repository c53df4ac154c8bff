"""What --again, --resume, --dry-run and the preflight know of the products of one run."""

from __future__ import annotations

import errno
import itertools
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from factories import REFERENCE_SIZE, SIZE, make_image, make_linearity, make_mask, make_ramp

from jwst.dq_init import DQInitStep
from jwst.linearity import LinearityStep
from jwst.ramp_fitting import RampFitStep
from strun.batch.preflight import check_inputs, check_product
from strun.cli.strun import strun
from strun.errors import OutputError
from strun.steps.pipeline import Pipeline
from strun.steps.prepared_run import opened_run
from strun.steps.running import run_on_file

SAID = {"TGROUP": 3.1, "TFRAME": 0.7, "GROUPGAP": 0, "INSTRUME": "NIRCAM", "DETECTOR": "NRCA2"}
REFERENCE = {"INSTRUME": "NIRCAM", "DETECTOR": "NRCA2", "GAINFACT": None}
GIVEN = {"override_gain": "gain.fits", "override_readnoise": "noise.fits"}
WORDS = tuple(f"--{name}={value}" for name, value in GIVEN.items())
PRODUCTS = ("x_rate.fits", "x_rateints.fits", "x_fitopt.fits")


class Both(Pipeline):
    """Two steps with a reference each."""

    class_alias = "both"
    step_defs = {"dq_init": DQInitStep, "linearity": LinearityStep}


@pytest.fixture
def ramp(folder: Path) -> str:
    """Return an exposure of ramps, with its references beside it."""
    for name, reftype, value in (("gain", "GAIN", 2.0), ("noise", "READNOISE", 9.0)):
        values = np.full(REFERENCE_SIZE, value)
        make_image(folder / f"{name}.fits", reftype, values, **REFERENCE)
    return make_ramp(folder / "x_jump.fits", shape=(2, 6, *SIZE), **SAID).name


@pytest.fixture
def rates(ramp: str) -> str:
    """Return the ramps of three products."""
    run_on_file(made(), ramp)
    return ramp


def made(**parameters: object) -> RampFitStep:
    """Return a step that makes three products."""
    return RampFitStep(**(GIVEN | {"save_opt": True} | parameters))


def command(*words: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(strun, words, standalone_mode=False)


def checked(paths: Sequence[str], **parameters: object) -> list[str]:
    """Return what the preflight finds wrong with inputs."""
    return [each.fault for each in check_inputs(lambda: made(**parameters), paths)]


@pytest.mark.parametrize("product", PRODUCTS)
def test_each_product_of_a_run_is_made_again(rates: str, product: str) -> None:
    result = command("--again", product)
    assert (result.return_value, "identical, bit by bit" in result.stdout) == (0, True)


def test_a_product_that_was_renamed_is_made_again_by_its_kind(rates: str) -> None:
    Path("x_rateints.fits").rename("mine.fits")
    assert command("--again", "mine.fits").return_value == 0


@pytest.mark.parametrize("product", PRODUCTS)
def test_a_product_that_is_gone_is_made_by_resume(rates: str, product: str) -> None:
    words = ("ramp_fit", rates, *WORDS, "--save_opt", "--resume", "--dry-run")
    assert "1 up to date" in command(*words).stdout
    Path(product).unlink()
    said = command(*words).stdout
    assert "0 up to date" in said
    assert product == "x_rate.fits" or f"{product} is missing" in said


def test_products_that_do_not_go_together_are_not_up_to_date(rates: str) -> None:
    Path("x_rateints.fits").rename("kept.fits")
    run_on_file(made(suppress_one_group=False), rates)
    run_on_file(made(), rates)
    Path("x_rateints.fits").unlink()
    Path("kept.fits").rename("x_rateints.fits")
    found = check_inputs(made, [rates], checks=[check_product])
    assert found[0].out_of_date == ()
    run_on_file(made(suppress_one_group=False, output_dir="other"), rates)
    Path("other/x_fitopt.fits").rename("x_fitopt.fits")
    (found,) = check_inputs(made, [rates], checks=[check_product])
    assert "x_fitopt.fits: STRUN" in str(found.out_of_date)


def test_products_on_the_way_are_up_to_date_without_later_references(ramp: str) -> None:
    saving = {"dq_init": {"override_mask": "mask.fits", "save_results": True}}
    steps = saving | {"linearity": {"override_linearity": "linearity.fits"}}
    make_mask(Path("mask.fits"))
    make_linearity(Path("linearity.fits"))
    make_ramp(Path("y_uncal.fits"))
    run_on_file(Both(steps=steps), "y_uncal.fits")
    (found,) = check_inputs(lambda: Both(steps=steps), ["y_uncal.fits"], checks=[check_product])
    assert found.out_of_date == ()
    Path("y_dq_init.fits").unlink()
    (found,) = check_inputs(lambda: Both(steps=steps), ["y_uncal.fits"], checks=[check_product])
    assert "y_dq_init.fits is missing" in str(found.out_of_date)


def test_no_product_appears_when_one_cannot_be_written(ramp: str) -> None:
    Path("x_fitopt.fits").mkdir()
    with pytest.raises(OutputError, match=r"x_fitopt\.fits: is a folder"):
        run_on_file(made(), ramp)
    assert not list(Path().glob("x_rate*"))


def test_no_product_appears_when_the_disk_fails_one(
    ramp: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = itertools.count()

    def fails_the_second(_: int) -> None:
        if next(calls) == 1:
            raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", fails_the_second)
    with pytest.raises(OutputError, match="cannot be written: Input/output error"):
        run_on_file(made(durable=True), ramp)
    assert [path.name for path in Path().glob("x_*")] == ["x_jump.fits"]


def test_dry_run_names_all_products_and_makes_none(ramp: str) -> None:
    said = command("ramp_fit", ramp, *WORDS, "--save_opt", "--dry-run").stdout
    for product in PRODUCTS:
        assert f"{Path(product).absolute()} (new, 0." in said
    assert not list(Path().glob("x_rate*"))


def test_sizes_of_products_are_told_before(rates: str) -> None:
    with opened_run(made(), rates) as run:
        told = {Path(each.path).name: each.size for each in run.planned}
    assert set(told) == set(PRODUCTS)
    for name, size in told.items():
        assert abs(Path(name).stat().st_size - size) <= 2 * 2880, name


def test_products_beside_may_not_take_each_others_place(ramp: str) -> None:
    Path("y_jump.fits").write_bytes(Path(ramp).read_bytes())
    assert checked([ramp, "y_jump.fits"]) == ["", ""]
    first, second = checked([ramp, "y_jump.fits"], opt_name="op.fits")
    assert first == ""
    assert "op_fitopt.fits: is the product of x_jump.fits already" in second


def test_products_beside_may_not_take_an_inputs_place(ramp: str) -> None:
    Path(ramp).rename("x_rateints.fits")
    (fault,) = checked(["x_rateints.fits"])
    assert "x_rateints.fits: the product would overwrite the input" in fault


def test_two_products_of_a_name_are_found_before(ramp: str) -> None:
    assert "is the name of two products" in checked([ramp], suffix="fitopt")[0]
    result = command("ramp_fit", ramp, *WORDS, "--save_opt", "--suffix=fitopt", "--dry-run")
    assert isinstance(result.exception, OutputError)
