"""The same faults for Python code: `Step.call` works on whole arrays, and must judge alike."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import cases_coefficients
import cases_headers
import cases_inputs
import cases_packings
import cases_references
import cases_shapes
import cases_step_exposures
import cases_step_references
import pytest
from fault_driver import Case, snapshot

from strun.errors import StrunError, shown_in_shell
from strun.steps import registry

TABLES = (
    cases_coefficients,
    cases_headers,
    cases_inputs,
    cases_packings,
    cases_references,
    cases_shapes,
    cases_step_exposures,
    cases_step_references,
)
CASES = [case for table in TABLES for case in table.CASES if not case.apart]
FLAGS = ("--force", "--allow-mismatch")


def parameters(words: tuple[str, ...]) -> dict[str, Any]:
    """Return the options of a command line as parameters."""
    found: dict[str, Any] = {}
    left = list(words)
    while left:
        option = left.pop(0)
        name = option.removeprefix("--").replace("-", "_")
        found[name] = True if option in FLAGS else left.pop(0)
    return found


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_fault_in_memory(case: Case, folder: Path, good: Path) -> None:
    for path in good.iterdir():
        shutil.copyfile(path, folder / path.name)
    case.scene()
    alias, path, *options = case.words
    step = registry.find_class(alias)
    before = snapshot(folder)
    if case.goes_on:
        step.call(path, **parameters(tuple(options)), save_results=True)
        case.check()
        return
    # the table has the words of a shell
    with shown_in_shell(), pytest.raises(StrunError, match="(?s)" + re.sub(r"^\^", "", case.says)):
        step.call(path, **parameters(tuple(options)), save_results=True)
    assert snapshot(folder) == before
