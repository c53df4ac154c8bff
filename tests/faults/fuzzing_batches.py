"""Batches, packs, records, journals and lists damaged at random, held to rules of faults."""

from __future__ import annotations

import contextlib
import os
import random
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from fuzzing import Fault, check_product, fresh_times, make_files, require, run_here
from text_mutations import apply, draw

from strun.batch import dask_address, dask_cluster
from strun.errors import StepError
from strun.references import reference_pack
from strun.references.reference_manifest import MANIFEST
from strun.references.reference_pack import Packed, write_pack

JOURNAL = "strun-journal.jsonl"
PRODUCT = "ramp_fuzzed.fits"
LIST, PACK, SCHEDULER = "list", "refs.tar", "scheduler.json"
_QUIET = ("--log_stream=null", "--suffix=fuzzed")
_MASK = "--override_mask=mask.fits"
EDITS = (1, 1, 1, 2, 2, 3, 4)


@dataclass(frozen=True)
class BatchCall:
    """Words of a call, and the files that may be damaged; the first of them most often."""

    words: tuple[str, ...]
    files: tuple[str, ...]


BATCH_CALLS = {
    "again": BatchCall(("--again", PRODUCT), (PRODUCT,)),
    "resume": BatchCall(("dq_init", "ramp.fits", _MASK, "--resume", *_QUIET), (PRODUCT, JOURNAL)),
    "journal": BatchCall(("dq_init", "@list", _MASK, "--resume", *_QUIET), (JOURNAL, LIST)),
    "list": BatchCall(("dq_init", "@list", _MASK, *_QUIET), (LIST,)),
    "pack": BatchCall(("dq_init", "ramp.fits", "--refs=refs.tar", *_QUIET), (PACK,)),
    "pack list": BatchCall(("dq_init", "@list", "--refs=refs.tar", *_QUIET), (PACK, LIST)),
    "manifest": BatchCall(("dq_init", "ramp.fits", "--refs=.", *_QUIET), (MANIFEST,)),
    "scheduler": BatchCall(
        ("dq_init", "ramp.fits", _MASK, "--scheduler=scheduler.json", *_QUIET), (SCHEDULER,)
    ),
}
_USED = ("ramp.fits", "mask.fits")


def make_batch_files(folder: Path) -> dict[str, bytes]:
    """Return the good files by name, made in an empty folder."""
    made = make_files(folder)
    here = os.getcwd()
    os.chdir(folder)
    try:
        write_pack(PACK, [Packed("mask.fits", "mask", None, ("ramp.fits",))])
        (folder / LIST).write_text("# the exposures\nramp.fits\n\n./ramp.fits\n")
        code, lines = run_here(("dq_init", "@list", _MASK, *_QUIET))
        assert code == 0, lines
        with tarfile.open(PACK) as tar:
            source = tar.extractfile(MANIFEST)
            assert source is not None
            (folder / MANIFEST).write_bytes(source.read())
    finally:
        os.chdir(here)
    (folder / SCHEDULER).write_text('{"type": "Scheduler", "address": "tcp://127.0.0.1:1"}\n')
    names = {PACK, LIST, PRODUCT, JOURNAL, MANIFEST, SCHEDULER}
    return made | {name: (folder / name).read_bytes() for name in names}


def some_batch_fault(good: dict[str, bytes], rng: random.Random) -> Fault:
    """Return a fault drawn at random."""
    name = rng.choice(list(BATCH_CALLS))
    files = BATCH_CALLS[name].files
    file = rng.choice([files[0], *files])
    data, edits = good[file], []
    for _ in range(rng.choice(EDITS)):
        edits.append(draw(data, rng))
        data = apply(data, edits[-1:])
    return Fault(name, "ramp.fits", file, edits)


def _nobody_answers(address: str) -> None:
    raise StepError(f"{address}: no Dask scheduler answers")


@contextlib.contextmanager
def _private() -> Iterator[None]:
    """Give temporary files a folder of their own, that must be empty but for unpacked packs."""
    with tempfile.TemporaryDirectory(prefix="strun-fuzz-tmp-") as place:
        with mock.patch.object(tempfile, "tempdir", place):
            yield
        reference_pack._unpacked.cache_clear()
        left = [name for name in os.listdir(place) if not name.startswith("strun-refs-")]
        require(not left, "temporary files are left:", left)


def batch_fault_of(fault: Fault, good: dict[str, bytes], folder: Path) -> str:
    """
    Run a fault in an empty folder, the current one, and return the first line that was said.

    Raises
    ------
    BrokenRuleError
        When a rule is broken.
    """
    call = BATCH_CALLS[fault.call]
    files = {name: good[name] for name in {*_USED, *call.files}}
    files.update({PRODUCT: files.get(PRODUCT, b"an older product")})
    files[fault.file] = apply(good[fault.file], fault.edits)
    for name, data in files.items():
        (folder / name).write_bytes(data)
        fresh_times(folder / name)
    with (
        _private(),
        mock.patch.object(dask_cluster, "require_answer", _nobody_answers),
        mock.patch.object(dask_address, "_PAUSE", 0),
    ):
        code, lines = run_here(call.words)
    after = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    journal, product = after.pop(JOURNAL, b""), after.pop(PRODUCT, b"")
    require(journal.startswith(files.get(JOURNAL, b"")), "the journal has lost lines")
    others = {name: data for name, data in files.items() if name not in (JOURNAL, PRODUCT)}
    require(after == others, "other files:", sorted(set(after) ^ set(others)))
    _require_lines(fault.call, code, lines)
    if product != files[PRODUCT]:
        require(fault.call not in ("again", "scheduler"), "the product was changed")
        check_product(folder / PRODUCT)
    return next((line for line in lines if line.startswith("strun: error: ")), "")


def _require_lines(call: str, code: int, lines: list[str]) -> None:
    errors = [line for line in lines if line.startswith("strun: error: ")]
    require(code in (0, 1), f"exit code {code}:", lines[:3])
    require(not any("Traceback" in line for line in lines), "a traceback:", lines[-3:])
    require(not any("--debug shows where" in line for line in errors), "an error of ours:", errors)
    require(all(len(line) < 1000 for line in lines), "a line that is too long:", lines[:2])
    require(all(line.isprintable() for line in lines), "a line with odd characters:", lines[:3])
    require(code or not errors, "an error and exit code 0:", errors[:2])
    # --again says what differs on stdout
    require(errors or not code or call == "again", "a failure without a word:", lines[:2])
    require("list" in call or call == "journal" or len(errors) <= 1, "more than a line:", errors)
