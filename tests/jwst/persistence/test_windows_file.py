"""The file of windows that an exposure leaves for the next one."""

from __future__ import annotations

import logging
import random
from contextlib import suppress
from pathlib import Path

import asdf
import numpy as np
import pytest
from astropy.io import fits
from factories import SIZE
from window_exposures import FILE, HIT, LAST, START, entry, exposure, flagged, step

from jwst.persistence.windows_file import Origin, WindowsFile, read_windows
from strun.errors import InputError, OutputError
from strun.steps.prepared_run import opened_run
from strun.steps.running import run_on_file
from strun.testing import check_correction


def write(entry: object, path: str = FILE, detector: str = "MIRIMAGE", **more: object) -> None:
    """Write a file of windows as jwst does."""
    asdf.dump({detector: entry, **more}, path)


def windows(**changed: object) -> dict[str, object]:
    """Return an entry with a window in the pixel that is hit, which is open for 30 s more."""
    end = (START - 40587) * 86400 + 30
    arrays = {"rows": np.array([3]), "cols": np.array([5]), "vals": np.array([end])}
    said = {"filename": "w_jump.fits", **arrays, "pers_time": 60} | changed
    return {key: value for key, value in said.items() if value is not None}


@pytest.fixture
def origin() -> Origin:
    """Return what a file says of an exposure."""
    return Origin("a_jump.fits", "MIRIMAGE", (11, 21, SIZE[1], SIZE[0]), "a_jump.fits", SIZE)


def test_windows_go_on_in_the_next_exposure(folder: Path) -> None:
    first = run_on_file(step(), exposure("a"))
    assert flagged(first) == [[1, 4, *HIT]]
    second = run_on_file(step(), exposure("b", 120, LAST))
    assert flagged(second) == [
        [0, 0, *HIT],
        [0, 1, *HIT],
        [0, 2, *HIT],
        [0, 3, *HIT],
        [1, 4, *LAST],
    ]


def test_file_says_where_windows_are_open_and_until_when(folder: Path) -> None:
    run_on_file(step(), exposure("a"))
    found = entry()
    assert {key: found[key].tolist() for key in ("rows", "cols")} == {"rows": [3], "cols": [5]}
    assert found["vals"] == pytest.approx((START - 40587) * 86400 + 100 + 60)
    assert [found[key].dtype for key in ("rows", "cols", "vals")] == ["i8", "i8", "f8"]
    assert (found["filename"], found["pers_time"]) == ("a_jump.fits", 60)


def test_file_has_no_windows_when_none_is_open(folder: Path) -> None:
    run_on_file(step(persistence_time=5), exposure("a"))
    run_on_file(step(persistence_time=5), exposure("b", 200, LAST))
    assert entry()["rows"].tolist() == [LAST[0]]


def test_windows_of_other_detectors_stay_in_the_file(folder: Path) -> None:
    write(windows(), detector="MIRIFULONG")
    run_on_file(step(), exposure("a"))
    assert entry("MIRIFULONG")["cols"].tolist() == [5]
    assert entry()["cols"].tolist() == [5]


@pytest.mark.parametrize(
    ("name", "expected"), [("w", "w.asdf"), ("d/w.dat", "d/w.asdf"), ("w.asdf", "w.asdf")]
)
def test_name_ends_in_asdf_as_that_of_jwst(folder: Path, name: str, expected: str) -> None:
    outcome = run_on_file(step(save_persistence=name), exposure("a"))
    assert outcome.beside == (expected,)
    assert entry(path=expected)["rows"].tolist() == [3]


def test_memory_gives_what_the_file_gives(folder: Path) -> None:
    write(windows())
    outcome = run_on_file(step(save_persistence="of_file.asdf"), exposure("a"))
    with step(save_persistence="of_memory.asdf").run("a_jump.fits") as model:
        assert np.array_equal(model.groupdq, fits.getdata(outcome.product, "GROUPDQ"))
    one, other = entry(path="of_file.asdf"), entry(path="of_memory.asdf")
    for key in ("rows", "cols", "vals"):
        assert one[key].tobytes() == other[key].tobytes()
    assert one["filename"] == other["filename"]


def test_nothing_is_left_without_a_time(folder: Path) -> None:
    outcome = run_on_file(step(persistence_time=None), exposure("a"))
    assert fits.getval(outcome.product, "S_PERSIS") == "FAILED"
    assert not Path(FILE).exists()


def test_nothing_is_left_when_results_are_not_saved(folder: Path) -> None:
    run_on_file(step(save_results=False), exposure("a"), save=False)
    assert not Path(FILE).exists()


def test_correction_with_windows_of_before_is_the_same_however_it_is_cut(folder: Path) -> None:
    write(windows())
    with step().open_input(exposure("a")) as model:
        correction = step().prepare(model)
        assert correction is not None
        check_correction(correction, {"data": model.data, "groupdq": model.groupdq})


def test_effect_counts_the_windows(folder: Path) -> None:
    write(windows())
    effect = run_on_file(step(), exposure("a", pixel=LAST)).effects["PersistenceStep"]
    assert effect.numbers["pixels_before"] == effect.numbers["pixels_open"] == 1
    assert effect.line == (
        "4 of 1,920 samples flagged PERSISTENCE (0.208 %); 1 of 192 pixels with a window of before "
        "(0.521 %), 1 with one open at the end (0.521 %)"
    )


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (windows(pers_time=61), "take 61 s, and persistence_time is 60: they are left out"),
        (windows(vals=np.array([1e11])), "1 of its windows open after a_jump.fits begins"),
        (None, "there is NRS1 in it, no window of MIRIMAGE is open"),
    ],
)
def test_windows_that_do_not_apply_are_told(
    folder: Path, caplog: pytest.LogCaptureFixture, found: dict[str, object] | None, words: str
) -> None:
    write(found or windows(), detector="MIRIMAGE" if found else "NRS1")
    with caplog.at_level(logging.WARNING):
        outcome = run_on_file(step(save_persistence=None), exposure("a"))
    assert flagged(outcome) == [[1, 4, *HIT]]
    assert words in caplog.text


@pytest.mark.parametrize(("saved", "level"), [(FILE, "INFO"), (None, "WARNING")])
def test_missing_file_is_told_and_no_mistake_for_the_first_of_several(
    folder: Path, caplog: pytest.LogCaptureFixture, saved: str | None, level: str
) -> None:
    with caplog.at_level(logging.INFO):
        run_on_file(step(save_persistence=saved), exposure("a"))
    (told,) = [record for record in caplog.records if "no such file" in record.message]
    assert told.levelname == level


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (windows(vals=None, cols=None), "MIRIMAGE has no cols, vals, expected rows, cols, vals"),
        (["rows"], "MIRIMAGE has no rows, cols, vals, pers_time"),
        (windows(rows=np.array([12])), "in row 12 .from 0., .* has 12 rows: .* another subarray"),
        (windows(cols=np.array([-1])), "in column -1 .from 0.*another subarray"),
        (windows(rows=np.array([1, 2])), r"rows int64 \(2,\), cols int64 \(1,\).*as many of each"),
        (windows(rows=np.array([1.5])), "rows float64.*expected whole numbers"),
        (windows(vals=["x"]), "vals <U1.*expected whole numbers"),
    ],
)
def test_file_that_does_not_fit_is_refused_in_one_line(
    folder: Path, found: object, words: str
) -> None:
    write(found)
    before = Path(FILE).read_bytes()
    with pytest.raises(InputError, match=f"windows.asdf: .*{words}") as caught:
        run_on_file(step(save_persistence=None), exposure("a"))
    assert "\n" not in str(caught.value)
    assert Path(FILE).read_bytes() == before
    assert not list(folder.glob("*_persistence.fits"))


def test_file_of_a_subarray_elsewhere_is_refused(folder: Path) -> None:
    run_on_file(step(), exposure("a", SUBSTRT1=31))
    with pytest.raises(InputError, match=r"16 x 12 at \(31, 21\), b_jump.fits is one of 16 x 12"):
        run_on_file(step(), exposure("b", 120))


def test_subarray_counts_only_for_the_exposure_that_said_it(folder: Path) -> None:
    run_on_file(step(), exposure("a", SUBSTRT1=31))
    # as jwst, which keeps the history as it is
    tree = asdf.load(FILE)
    tree["MIRIMAGE"] = windows()
    asdf.dump(tree, FILE)
    assert len(flagged(run_on_file(step(), exposure("b", pixel=LAST)))) == 4


@pytest.mark.parametrize("size", [0, 4, 200, 1000, -30])
def test_cut_file_is_refused_in_one_line(folder: Path, size: int) -> None:
    write(windows())
    # the index of blocks at the end is not needed
    content = Path(FILE).read_bytes().partition(b"#ASDF BLOCK INDEX")[0]
    Path(FILE).write_bytes(content[:size])
    with pytest.raises(
        InputError, match=r"windows.asdf: (is no ASDF file|the windows in it cannot)"
    ):
        run_on_file(step(), exposure("a"))


def test_changed_values_are_found_by_their_checksum(folder: Path) -> None:
    write(windows())
    content = bytearray(Path(FILE).read_bytes())
    content[content.index(b"#ASDF BLOCK INDEX") - 1] ^= 1
    Path(FILE).write_bytes(content)
    with pytest.raises(InputError, match="cut or damaged"):
        run_on_file(step(), exposure("a"))


@pytest.mark.parametrize("seed", range(40))
def test_damaged_file_gives_windows_or_one_line(folder: Path, seed: int, origin: Origin) -> None:
    write(windows(), NRS1=windows())
    content = bytearray(Path(FILE).read_bytes())
    rng = random.Random(seed)
    end = content.index(b"\n...\n") if seed % 2 else len(content)
    for _ in range(rng.randint(1, 4)):
        content[rng.randrange(end)] = rng.choice(b"0123456789-[]{}:!&*' abz")
    Path(FILE).write_bytes(content)
    with suppress(InputError):
        read_windows(FILE, origin, 60)
    with suppress(InputError), open("copy.asdf", "wb") as stream:
        WindowsFile(FILE, origin, 60).write(stream.fileno())


@pytest.mark.parametrize("name", ["a_jump.fits", "folder"])
def test_what_is_no_asdf_file_is_refused(folder: Path, name: str) -> None:
    Path("folder").mkdir()
    path = exposure("a")
    with pytest.raises(InputError, match=f"{name}: (is no ASDF file|.*Is a directory)"):
        run_on_file(step(persistence_array_file=name), path)


@pytest.mark.parametrize("source", ["other.asdf", "http://localhost:1/w.asdf"])
def test_file_that_leads_to_another_is_refused(folder: Path, source: str) -> None:
    write(windows())
    content = Path(FILE).read_bytes()
    Path(FILE).write_bytes(content.replace(b"source: 0", f"source: '{source}'".encode(), 1))
    with pytest.raises(InputError, match="takes its values from another file"):
        run_on_file(step(), exposure("a"))


def test_nothing_is_added_to_a_file_of_something_else(folder: Path) -> None:
    asdf.dump({"parameters": {"skip": False}}, "pars.asdf")
    before = Path("pars.asdf").read_bytes()
    asked = step(save_persistence="pars.asdf")
    with (
        pytest.raises(InputError, match=r"pars.asdf: parameters has no rows.* no file of"),
        opened_run(asked, exposure("a")) as run,
    ):
        run.prepare()
    assert Path("pars.asdf").read_bytes() == before


def test_missing_detector_is_named(folder: Path) -> None:
    with pytest.raises(InputError, match="DETECTOR is missing"):
        run_on_file(step(), exposure("a", DETECTOR=None))


def test_product_does_not_take_the_place_of_windows_that_are_read(folder: Path) -> None:
    write(windows(), "a_persistence.fits")
    with pytest.raises(OutputError, match=r"would overwrite the persistence_array_file a_per"):
        run_on_file(step(persistence_array_file="a_persistence.fits"), exposure("a"))


def test_plan_tells_of_the_file(folder: Path) -> None:
    with opened_run(step(), exposure("a")) as run:
        assert [Path(each.path).name for each in run.planned] == ["a_persistence.fits", FILE]
    assert not Path(FILE).exists()


def test_memory_is_told_with_windows_that_may_stay_open(folder: Path) -> None:
    path, told = exposure("a"), []
    for saved in (None, FILE):
        with opened_run(step(save_persistence=saved), path) as run:
            run.prepare()
            told.append(run.memory(base=0))
    assert told[1] - told[0] > 40 * 12 * 16
