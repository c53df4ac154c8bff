"""A run that is told to write where it reads, or twice to one place: refused before it begins."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from fault_driver import Case, run_case, snapshot
from fault_scenes import DQ_PRODUCT, MASK, RAMP

JOURNAL = "strun-journal.jsonl"
CFG = 'class = "jwst.dq_init.DQInitStep"\noverride_mask = "mask.fits"\n'
LOGCFG = "[*]\nlevel = INFO\nhandler = stderr\n"
LIST = ("dq_init", "@list", "--override_mask", MASK)
ONE = ("dq_init", RAMP, "--override_mask", MASK)


@pytest.fixture
def place(folder: Path, good: Path) -> Path:
    """Return a folder with an exposure, references, a list, a cfg and a manifest."""
    for path in good.iterdir():
        shutil.copyfile(path, folder / path.name)
    Path("list").write_text(f"# mine\n{RAMP}\n")
    Path("a.cfg").write_text(CFG)
    Path("log.cfg").write_text(LOGCFG)
    Path("refs").mkdir()
    shutil.copyfile(MASK, "refs/mask.fits")
    Path("flags.txt").write_text("mine")
    return folder


# words, and what the one line says: every option that writes, over everything that is read
REFUSED: list[tuple[tuple[str, ...], str]] = [
    *[
        ((*LIST, option, "list"), f"{option} list: is a list of inputs")
        for option in ("--summary", "--report", "--save-parameters", "--log-file", "--pack-refs")
    ],
    *[
        (("a.cfg", RAMP, option, "a.cfg"), f"{option} a.cfg: is the parameter file")
        for option in ("--summary", "--report", "--save-parameters", "--log-file", "--pack-refs")
    ],
    *[
        ((*ONE, "--logcfg", "log.cfg", option, "log.cfg"), "is the configuration of the log")
        for option in ("--summary", "--report", "--save-parameters", "--pack-refs")
    ],
    *[
        ((*ONE, option, RAMP), f"{option} {RAMP}: is one of the inputs")
        for option in ("--summary", "--report", "--save-parameters", "--log-file", "--pack-refs")
    ],
    *[
        ((*ONE, option, MASK), f"{option} {MASK}: is a reference")
        for option in ("--summary", "--report", "--save-parameters", "--log-file", "--pack-refs")
    ],
    *[
        ((*ONE, "--summary", "a.txt", option, "./a.txt"), "is the target of")
        for option in ("--report", "--save-parameters", "--log-file", "--pack-refs")
    ],
    ((*ONE, "--save-parameters", "b.cfg", "--log-file", "b.cfg"), "is the target of --log-file"),
    *[
        ((*LIST, option, JOURNAL), "is the name of a batch's journal")
        for option in ("--summary", "--report", "--save-parameters", "--log-file", "--pack-refs")
    ],
    ((*LIST, "--summary", f"new/../{JOURNAL}"), "is the name of a batch's journal"),
    ((*ONE, "--user_supplied_dq", "flags.txt", "--log-file", "flags.txt"), "user_supplied_dq"),
    ((*ONE[:2], "--refs", "refs", "--summary", "refs/manifest.json"), "is the manifest"),
    ((*ONE, "--scheduler", "s.json", "--summary", "s.json"), "is the scheduler file"),
    (("dq_init", RAMP, "--input_dir", "sub", "--summary", f"sub/{RAMP}"), "one of the inputs"),
]


@pytest.mark.parametrize(("words", "line"), REFUSED, ids=[" ".join(w) for w, _ in REFUSED])
def test_an_output_over_what_the_run_reads_or_writes_is_a_wrong_call(
    place: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], line: str
) -> None:
    before = snapshot(place)
    code, said, _ = run_case(Case("outputs", words), capsys)
    assert (code, len(said)) == (2, 1), said
    assert line in said[0]
    assert snapshot(place) == before


@pytest.mark.parametrize("link", [os.symlink, os.link])
@pytest.mark.parametrize("option", ["--summary", "--save-parameters", "--log-file", "--pack-refs"])
@pytest.mark.parametrize("read", ["list", "a.cfg", RAMP, MASK])
def test_a_link_to_what_the_run_reads_is_no_output(
    place: Path,
    capsys: pytest.CaptureFixture[str],
    link: Callable[[str, str], None],
    option: str,
    read: str,
) -> None:
    link(read, "other")
    before = snapshot(place)
    words = ("a.cfg", "@list", RAMP, "--override_mask", MASK, option, "other")
    code, said, _ = run_case(Case("outputs", words), capsys)
    assert (code, len(said)) == (2, 1), said
    assert "choose another file" in said[0]
    assert snapshot(place) == before


def test_an_old_journal_is_no_target_by_a_link(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(JOURNAL).write_text("")
    os.link(JOURNAL, "s.json")
    before = snapshot(place)
    code, said, _ = run_case(Case("outputs", (*LIST, "--summary", "s.json")), capsys)
    assert code == 1
    assert "the journal would be the target of --summary" in "\n".join(said)
    assert {n: v for n, v in snapshot(place).items() if n != "s.json"} == {
        n: v for n, v in before.items() if n != "s.json"
    }


@pytest.mark.parametrize("jobs", [(), ("-j", "2")], ids=["one", "workers"])
def test_no_product_takes_the_place_of_the_log(
    place: Path, capsys: pytest.CaptureFixture[str], jobs: tuple[str, ...]
) -> None:
    words = (*ONE, "--log-file", DQ_PRODUCT, *jobs)
    code, said, _ = run_case(Case("outputs", words), capsys)
    assert code == 1
    assert "would take the place of the target of --log-file" in "\n".join(said)


@pytest.mark.parametrize("jobs", [(), ("-j", "2")], ids=["one", "workers"])
def test_no_product_takes_the_place_of_a_list(
    place: Path, capsys: pytest.CaptureFixture[str], jobs: tuple[str, ...]
) -> None:
    Path("list").rename(DQ_PRODUCT)
    before = snapshot(place)
    words = ("dq_init", f"@{DQ_PRODUCT}", "--override_mask", MASK, *jobs)
    code, said, _ = run_case(Case("outputs", words), capsys)
    assert code == 1
    assert "would take the place of a list of inputs" in "\n".join(said)
    assert snapshot(place) == before


def test_no_product_takes_the_place_of_the_summary(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said, _ = run_case(Case("outputs", (*ONE, "--summary", DQ_PRODUCT)), capsys)
    assert code == 1
    assert "would take the place of the target of --summary" in "\n".join(said)


def test_outputs_that_are_apart_are_all_written(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = ("--summary", "s.json", "--log-file", "log", "--save-parameters", "b.cfg")
    code, _, _ = run_case(Case("outputs", (*LIST, *more)), capsys)
    assert code == 0
    assert all(Path(name).is_file() for name in ("s.json", "log", "b.cfg", JOURNAL, DQ_PRODUCT))
    # an older log, summary and parameters may be there
    assert run_case(Case("outputs", (*LIST, *more)), capsys)[0] == 0
