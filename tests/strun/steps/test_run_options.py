"""What is said for a whole run reaches every step of a pipeline."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from astropy.io import fits
from example_steps import CalPipeline
from factories import make_mask

from jwst.dq_init import DQInitStep
from jwst.stpipe import Step
from strun.batch.preflight import out_of_date
from strun.cli.again import make_again
from strun.cli.cmdline import StepGroup
from strun.errors import FitsError, ReferenceMismatchError, ReferenceNotFoundError, ValidationError
from strun.steps.run_options import RunOptions
from strun.steps.running import run_on_file


def parameters(**more: Any) -> dict[str, Any]:  # noqa: ANN401
    steps = {
        "dq_init": {"override_mask": "mask.fits"},
        "linearity": {"override_linearity": "linearity.fits"},
    }
    return {"steps": steps} | more


def header(path: Path, hdu: int | str = 0) -> fits.Header:
    return fits.getheader(path, hdu)


@pytest.fixture
def product(ramp: Path, mask: Path, linearity: Path) -> str:
    """Return a product of a pipeline."""
    return str(run_on_file(CalPipeline(**parameters()), str(ramp)).product)


@pytest.fixture
def summed_mask(mask: Path) -> Path:
    """Return a mask with sums, one byte of which is not as it was."""
    with fits.open(mask) as hdus:
        hdus.writeto(mask, overwrite=True, checksum=True)
    content = bytearray(mask.read_bytes())
    content[content.index(b"XTENSION") + 4 * 2880] ^= 1
    mask.write_bytes(content)
    return mask


def test_options_of_a_pipeline_are_those_of_its_steps() -> None:
    pipeline = CalPipeline(verify=True, refs=Path("refs"))
    assert pipeline.substeps["dq_init"].run_options is pipeline.run_options
    assert pipeline.run_options == RunOptions(verify=True, refs="refs")


def test_options_set_on_a_step_hold_for_its_pipeline() -> None:
    pipeline = CalPipeline()
    pipeline.substeps["dq_init"].allow_mismatch = True
    assert pipeline.substeps["linearity"].allow_mismatch


@pytest.mark.parametrize("said", [{"verify": "yes"}, {"refs": 1}])
def test_option_of_another_type_is_refused(said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="cannot be used: expected"):
        DQInitStep(**said)


def test_options_of_the_command_line_reach_the_steps() -> None:
    words = ["example_steps.CalPipeline", "x.fits", "--verify", "--allow-mismatch", "--durable"]
    step = StepGroup("strun").main(words, standalone_mode=False).configured()
    wanted = RunOptions(verify=True, allow_mismatch=True, durable=True, takes_crds_pars=True)
    assert step.substeps["linearity"].run_options == wanted


def test_verify_refuses_a_damaged_reference_in_a_pipeline(
    ramp: Path, summed_mask: Path, linearity: Path
) -> None:
    with pytest.raises(FitsError, match=r"mask\.fits"):
        CalPipeline.call(str(ramp), verify=True, **parameters())


def test_allow_mismatch_is_heard_in_a_pipeline(ramp: Path, linearity: Path) -> None:
    make_mask(Path("mask.fits"), DETECTOR="MIRIFULONG")
    with pytest.raises(ReferenceMismatchError, match="detector MIRIFULONG"):
        CalPipeline.call(str(ramp), **parameters())
    result = CalPipeline.call(str(ramp), allow_mismatch=True, **parameters())
    assert result.meta.cal_step.dq_init == "COMPLETE"


def test_references_come_from_a_folder_given_in_python(
    ramp: Path, mask: Path, linearity: Path, tmp_path: Path
) -> None:
    result = CalPipeline.call(str(ramp), refs=tmp_path)
    assert result.meta.ref_file.mask.name == "mask.fits"
    assert result.meta.ref_file.linearity.name == "linearity.fits"


def test_sums_are_written_into_the_product_of_a_pipeline(
    ramp: Path, mask: Path, linearity: Path
) -> None:
    CalPipeline.call(str(ramp), checksum=True, save_results=True, **parameters())
    assert "CHECKSUM" in header(Path("x_calpipeline.fits"), "SCI")


def test_missing_override_of_a_later_step_is_told_before_the_first(
    ramp: Path, mask: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def must_not_run(*_: object) -> None:
        raise AssertionError("the first step has run")

    monkeypatch.setattr(DQInitStep, "prepare", must_not_run)
    with pytest.raises(ReferenceNotFoundError, match=r"linearity\.fits: no such linearity"):
        CalPipeline.call(str(ramp), **parameters())


def test_product_of_a_pipeline_has_the_sums_of_its_references(product: str) -> None:
    for keyword, name in (("H_MASK", "mask.fits"), ("H_LINEAR", "linearity.fits")):
        digest = hashlib.sha256(Path(name).read_bytes()).hexdigest()
        assert header(Path(product))[keyword] == digest


def test_sums_are_those_of_the_steps_that_ran(ramp: Path, linearity: Path) -> None:
    said = parameters()
    said["steps"]["dq_init"] = {"skip": True}
    found = header(Path(str(run_on_file(CalPipeline(**said), str(ramp)).product)))
    assert "H_LINEAR" in found
    assert "H_MASK" not in found


def test_product_of_a_pipeline_is_found_up_to_date(product: str) -> None:
    assert out_of_date(CalPipeline(**parameters()), "x_uncal.fits", product) == []


def test_reference_of_a_step_that_changed_makes_a_product_stale(product: str) -> None:
    make_mask(Path("mask.fits"), DESCRIP="another")
    (found,) = out_of_date(CalPipeline(**parameters()), "x_uncal.fits", product)
    assert found.startswith("H_MASK was")


def test_parameter_of_a_step_that_changed_makes_a_product_stale(product: str) -> None:
    pipeline = CalPipeline(**parameters())
    pipeline.substeps["linearity"].force = True  # type: ignore[attr-defined]
    assert "force = True" in str(out_of_date(pipeline, "x_uncal.fits", product))


def test_product_of_a_pipeline_is_made_again(product: str) -> None:
    assert make_again(product) == 0


class OtherPipeline(CalPipeline):
    """A pipeline that leaves one of its steps out."""

    def process(self, *args: Any) -> Any:  # noqa: ANN401
        return self.substeps["dq_init"].run(self.prepare_output(args[0]))


def test_step_that_a_pipeline_does_not_run_leaves_no_sum(
    ramp: Path, mask: Path, linearity: Path
) -> None:
    outcome = run_on_file(OtherPipeline(**parameters()), str(ramp))
    assert "H_LINEAR" not in header(Path(str(outcome.product)))
    assert out_of_date(OtherPipeline(**parameters()), str(ramp), str(outcome.product)) == []


def test_option_of_a_run_is_no_parameter() -> None:
    assert not set(RunOptions._fields) & set(Step.parameters)
