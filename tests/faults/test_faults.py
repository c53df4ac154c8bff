from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import cases_calls
import cases_cfgs
import cases_coefficients
import cases_environment
import cases_files
import cases_full
import cases_headers
import cases_hooks
import cases_inputs
import cases_outputs
import cases_packings
import cases_pipelines
import cases_references
import cases_shapes
import cases_step_exposures
import cases_step_references
import pytest
from fault_driver import Case, hold

TABLES = {
    "inputs": cases_inputs.CASES,
    "packings": cases_packings.CASES,
    "headers": cases_headers.CASES,
    "references": cases_references.CASES,
    "coefficients": cases_coefficients.CASES,
    "cfgs": cases_cfgs.CASES,
    "hooks": cases_hooks.CASES,
    "calls": cases_calls.CASES,
    "outputs": cases_outputs.CASES,
    "full": cases_full.CASES,
    "environment": cases_environment.CASES,
    "files": cases_files.CASES,
    "pipelines": cases_pipelines.CASES,
    "shapes": cases_shapes.CASES,
    "steps": cases_step_exposures.CASES,
    "step references": cases_step_references.CASES,
}
EVERY = [(theme, case) for theme, cases in TABLES.items() for case in cases]
NAMES = [f"{theme}: {case.name}" for theme, case in EVERY]


def runs() -> Iterator[object]:
    """Yield each fault with an older product, and without where that is what it is about."""
    for (theme, case), name in zip(EVERY, NAMES, strict=True):
        yield pytest.param(case, True, id=f"{name}-older")
        if theme in ("outputs", "full"):
            yield pytest.param(case, False, id=f"{name}-new")


@pytest.mark.parametrize(("case", "older"), list(runs()))
def test_a_fault(
    case: Case, older: bool, folder: Path, good: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in good.iterdir():
        shutil.copyfile(path, folder / path.name)
    hold(case, capsys, older=older)


def test_faults_have_names_of_their_own() -> None:
    assert len(set(NAMES)) == len(NAMES)
