"""Damage that once broke a rule, and a little of what `scripts/fuzz` does."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest
from fuzzing import CALLS, Fault, fault_of, some_fault, usual_ramps
from fuzzing_batches import BATCH_CALLS, batch_fault_of, make_batch_files, some_batch_fault

FOUND = Path(__file__).with_name("found")
SAYS = {
    "columns_without_number": r"mask\.fits: table DQ_DEF: TFIELDS is \d+, expected 0 to 999",
    "corner_at_infinity": r"steps\.fits: SUBSTRT2 is inf, expected a whole number; correct it",
    "decoder_that_crashes": r"compressed image cannot be unpacked \(the decoder crashed\); get",
    "journal_end_that_tells_a_number": "^$",
    "reads_without_number": r"ramp\.fits: NFRAMES is \d+, expected at most 1024 reads",
    "zeroframe_of_one_column": r"frames\.fits: ZEROFRAME is \(12, 1\) and SCI \(12, 16\)",
    "zeroframe_of_other_columns": r"frames\.fits: ZEROFRAME is \(12, 15\) and SCI \(12, 16\)",
}
RUNS = 300
BATCH_RUNS = 150


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the good files by name."""
    return make_batch_files(tmp_path_factory.mktemp("good"))


def test_each_found_case_says_something() -> None:
    assert {path.stem for path in FOUND.iterdir()} == set(SAYS)


@pytest.mark.parametrize("name", SAYS)
def test_a_fault_that_was_found_is_said(good: dict[str, bytes], folder: Path, name: str) -> None:
    found = json.loads((FOUND / f"{name}.json").read_text())
    del found["broke"]
    run = batch_fault_of if found["call"] in BATCH_CALLS else fault_of
    assert re.search(SAYS[name], run(Fault(**found), good, folder))


@pytest.mark.parametrize("call", CALLS)
def test_files_that_are_good_go_through(good: dict[str, bytes], folder: Path, call: str) -> None:
    for ramp in usual_ramps(call):
        for path in folder.iterdir():
            path.unlink()
        assert fault_of(Fault(call, ramp, ramp, []), good, folder) == ""


def test_damage_at_random_breaks_no_rule(good: dict[str, bytes], folder: Path) -> None:
    rng = random.Random(20261121)
    said = []
    for _ in range(RUNS):
        fault = some_fault(good, rng)
        for path in folder.iterdir():
            path.unlink()
        said.append(fault_of(fault, good, folder))
    # so that neither all is refused nor all is let through
    assert RUNS // 10 < said.count("") < RUNS * 9 // 10


@pytest.mark.parametrize("call", sorted(BATCH_CALLS))
def test_batches_that_are_good_go_through(good: dict[str, bytes], folder: Path, call: str) -> None:
    file = BATCH_CALLS[call].files[0]
    said = batch_fault_of(Fault(call, "ramp.fits", file, []), good, folder)
    assert ("no Dask scheduler answers" in said) if call == "scheduler" else not said


def test_damage_of_batches_at_random_breaks_no_rule(good: dict[str, bytes], folder: Path) -> None:
    rng = random.Random(20261121)
    said = []
    for _ in range(BATCH_RUNS):
        fault = some_batch_fault(good, rng)
        for path in folder.iterdir():
            path.unlink()
        said.append(batch_fault_of(fault, good, folder))
    assert BATCH_RUNS // 10 < said.count("") < BATCH_RUNS * 9 // 10
