"""A reference chosen from a folder by the headers of the files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from astropy.io import fits
from factories import make_mask, make_ramp

from jwst.dq_init import DQInitStep
from strun.errors import ReferenceMismatchError, ReferenceNotFoundError
from strun.references.reference_folder import choose_from

EXPOSURE = {
    "meta.instrument.name": "MIRI",
    "meta.instrument.detector": "MIRIMAGE",
    "meta.instrument.filter": "F1130W",
    "meta.subarray.name": "SUB64",
    "meta.exposure.type": "MIR_IMAGE",
    "meta.exposure.readpatt": "FASTR1",
    "meta.observation.date": "2022-07-01",
    "meta.observation.time": "12:00:00.0",
}


@pytest.fixture
def refs(folder: Path) -> Path:
    """Return an empty folder for references."""
    (folder / "refs").mkdir()
    return folder / "refs"


def _add(refs: Path, name: str, **keywords: Any) -> Path:  # noqa: ANN401
    plain = {"FILTER": None, "DATE-OBS": None, "TIME-OBS": None}
    return make_mask(refs / name, size=(4, 4), **(plain | keywords))


def _chosen(refs: Path, **other: str | None) -> str:
    parameters = {k: v for k, v in (EXPOSURE | other).items() if v is not None}
    return Path(choose_from(str(refs), "mask", parameters).path).name


def test_reference_of_the_detector_is_chosen(refs: Path) -> None:
    _add(refs, "long.fits", DETECTOR="MIRIFULONG")
    _add(refs, "image.fits", DETECTOR="MIRIMAGE")
    assert _chosen(refs) == "image.fits"


def test_reference_of_the_instrument_is_chosen(refs: Path) -> None:
    _add(refs, "nircam.fits", INSTRUME="NIRCAM", DETECTOR="N/A")
    _add(refs, "miri.fits", DETECTOR="N/A")
    assert _chosen(refs) == "miri.fits"


def test_files_of_other_kinds_are_left_alone(refs: Path) -> None:
    _add(refs, "a.fits", REFTYPE="LINEARITY")
    make_ramp(refs / "b.fits")
    (refs / "notes.txt").write_text("x")
    (refs / "broken.fits").write_text("x")
    _add(refs, "z.fits")
    assert _chosen(refs) == "z.fits"


def test_folders_below_are_looked_into(refs: Path) -> None:
    (refs / "miri").mkdir()
    _add(refs / "miri", "m.fits")
    assert _chosen(refs) == "m.fits"


@pytest.mark.parametrize("wild", ["GENERIC", "N/A", None])
def test_reference_of_the_subarray_is_better_than_one_of_any(refs: Path, wild: str | None) -> None:
    _add(refs, "any.fits", SUBARRAY=wild, USEAFTER="2022-06-01T00:00:00")
    _add(refs, "sub64.fits", SUBARRAY="SUB64", USEAFTER="2020-01-01T00:00:00")
    assert _chosen(refs) == "sub64.fits"


def test_full_frame_serves_a_subarray_that_has_none(refs: Path) -> None:
    _add(refs, "full.fits", SUBARRAY="FULL")
    _add(refs, "sub256.fits", SUBARRAY="SUB256")
    assert _chosen(refs) == "full.fits"


def test_generic_is_better_than_full_frame_for_a_subarray(refs: Path) -> None:
    _add(refs, "full.fits", SUBARRAY="FULL")
    _add(refs, "generic.fits", SUBARRAY="GENERIC")
    assert _chosen(refs) == "generic.fits"


def test_pattern_keyword_lists_several_values(refs: Path) -> None:
    _add(refs, "a.fits", P_SUBARR="SUB128|SUB256|")
    _add(refs, "b.fits", SUBARRAY="SUB256", P_SUBARR="SUB64|SUB256|")
    assert _chosen(refs) == "b.fits"


def test_exposure_type_of_the_darks_does_not_matter(refs: Path) -> None:
    _add(refs, "dark.fits", EXP_TYPE="MIR_DARK", READPATT="SLOW")
    assert _chosen(refs) == "dark.fits"


def test_exposure_types_of_the_pattern_do_matter(refs: Path) -> None:
    _add(refs, "coron.fits", P_EXP_TY="MIR_4QPM|MIR_LYOT|")
    _add(refs, "image.fits", P_EXP_TY="MIR_IMAGE|MIR_TACQ|", USEAFTER="2000-01-01")
    assert _chosen(refs) == "image.fits"


def test_any_counts_as_in_crds_and_the_later_wins(refs: Path) -> None:
    _add(refs, "any.fits", FILTER="ANY", USEAFTER="2022-01-01")
    _add(refs, "f1130w.fits", FILTER="F1130W", USEAFTER="2021-01-01")
    assert _chosen(refs) == "any.fits"


def test_exact_value_is_better_than_any_of_the_same_time(refs: Path) -> None:
    _add(refs, "any.fits", FILTER="ANY", USEAFTER="2021-01-01")
    _add(refs, "f1130w.fits", FILTER="F1130W", USEAFTER="2021-01-01")
    assert _chosen(refs) == "f1130w.fits"


@pytest.mark.parametrize(
    ("time", "name"),
    [("11:59:59", "old.fits"), ("12:00:00", "new.fits"), ("23:00:00.5", "new.fits")],
)
def test_latest_useafter_that_is_not_after_the_exposure(refs: Path, time: str, name: str) -> None:
    _add(refs, "old.fits", USEAFTER="2020-01-01T00:00:00")
    _add(refs, "new.fits", USEAFTER="2022-07-01 12:00:00")
    _add(refs, "future.fits", USEAFTER="2030-01-01T00:00:00")
    assert _chosen(refs, **{"meta.observation.time": time}) == name


def test_better_match_that_is_too_late_gives_way(refs: Path) -> None:
    _add(refs, "generic.fits", SUBARRAY="GENERIC", USEAFTER="2020-01-01")
    _add(refs, "sub64.fits", SUBARRAY="SUB64", USEAFTER="2030-01-01")
    assert _chosen(refs) == "generic.fits"


def test_reference_without_useafter_always_holds(refs: Path) -> None:
    _add(refs, "a.fits")
    assert _chosen(refs, **{"meta.observation.date": "1999-01-01"}) == "a.fits"


def test_two_that_fit_equally_well_are_an_error_that_names_them(refs: Path) -> None:
    _add(refs, "a.fits", USEAFTER="2020-01-01")
    _add(refs, "b.fits", USEAFTER="2020-01-01")
    with pytest.raises(ReferenceMismatchError, match=r"2 references fit .* a\.fits, b\.fits"):
        _chosen(refs)


def test_no_reference_of_the_kind_is_told(refs: Path) -> None:
    _add(refs, "a.fits", REFTYPE="LINEARITY")
    with pytest.raises(ReferenceNotFoundError, match="none of its files has REFTYPE MASK"):
        _chosen(refs)


def test_nearest_reference_is_told_with_what_does_not_fit(refs: Path) -> None:
    _add(refs, "far.fits", INSTRUME="NIRCAM", DETECTOR="NRCA1")
    _add(refs, "near.fits", FILTER="F770W")
    match = r"of 2 the nearest is near\.fits, whose FILTER is F770W"
    with pytest.raises(ReferenceNotFoundError, match=match):
        _chosen(refs)


def test_reference_that_holds_later_is_told(refs: Path) -> None:
    _add(refs, "late.fits", USEAFTER="2030-01-01")
    with pytest.raises(ReferenceNotFoundError, match="USEAFTER is 2030-01-01"):
        _chosen(refs)


def test_exposure_without_a_date_takes_the_only_one(refs: Path) -> None:
    _add(refs, "a.fits", USEAFTER="2020-01-01")
    assert _chosen(refs, **{"meta.observation.date": None}) == "a.fits"


def test_exposure_without_a_date_cannot_choose_between_two(refs: Path) -> None:
    _add(refs, "a.fits", USEAFTER="2020-01-01")
    _add(refs, "b.fits", USEAFTER="2021-01-01")
    with pytest.raises(ReferenceNotFoundError, match=r"no DATE-OBS to choose by between a\.fits"):
        _chosen(refs, **{"meta.observation.date": None})


def test_changed_file_is_read_again(refs: Path) -> None:
    _add(refs, "a.fits", DETECTOR="MIRIMAGE")
    assert _chosen(refs) == "a.fits"
    _add(refs, "a.fits", DETECTOR="MIRIFULONG", HISTORY="longer")
    with pytest.raises(ReferenceNotFoundError, match="DETECTOR is MIRIFULONG"):
        _chosen(refs)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:700])


def _link_to_nowhere(path: Path) -> None:
    path.unlink()
    path.symlink_to("nowhere")


def _fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


SPOILT = {
    "cut in its header": (_cut, "is cut or damaged"),
    "empty": (lambda path: path.write_bytes(b""), "not a FITS file"),
    "a link to nowhere": (_link_to_nowhere, "No such file or directory"),
    "a FIFO": (_fifo, "is no regular file"),
    "of the year 0 in UTC": (
        lambda path: fits.setval(path, "USEAFTER", value="0001-01-01T00:00:00+14:00"),
        "USEAFTER is 0001",
    ),
    "of no date": (lambda path: fits.setval(path, "USEAFTER", value="soon"), "USEAFTER is SOON"),
}


@pytest.mark.parametrize("how", SPOILT)
def test_file_that_cannot_be_chosen_is_told_by_name_at_each_choice(
    refs: Path, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    spoil, says = SPOILT[how]
    _add(refs, "old.fits", USEAFTER="2020-01-01")
    spoil(_add(refs, "new.fits", USEAFTER="2021-01-01"))
    for _ in range(2):
        caplog.clear()
        assert _chosen(refs) == "old.fits"
        (line,) = [record.message for record in caplog.records]
        assert line.count("new.fits") == 1
        assert says in line
        assert line.endswith("; it is left out of the references")


@pytest.mark.parametrize("how", SPOILT)
def test_file_that_cannot_be_chosen_is_named_when_no_other_fits(refs: Path, how: str) -> None:
    spoil, says = SPOILT[how]
    spoil(_add(refs, "new.fits", USEAFTER="2021-01-01"))
    with pytest.raises(ReferenceNotFoundError, match=rf"; left out: .*new\.fits.*{says}"):
        _chosen(refs)


@pytest.mark.parametrize("jobs", [(), ("--jobs", "2")])
def test_batch_tells_a_file_that_cannot_be_chosen_once(
    ramp: Path, refs: Path, jobs: tuple[str, ...]
) -> None:
    make_ramp(ramp.parent / "y_uncal.fits")
    make_mask(refs / "old.fits")
    _cut(make_mask(refs / "new.fits"))
    words = ("dq_init", "x_uncal.fits", "y_uncal.fits", "--refs", "refs", *jobs)
    done = subprocess.run(
        [Path(sys.executable).with_name("strun"), *words],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("WARNING") == 1, done.stderr
    assert "new.fits: the header has no END card" in done.stderr


@pytest.mark.parametrize(
    ("useafter", "name"),
    [
        ("2022-07-01T11:00:00+00:00", "new.fits"),
        ("2022-07-01T13:00:00+02:00", "new.fits"),
        ("2022-07-01 14:00:00 +02:00", "new.fits"),
        ("2022-07-01T12:00:00Z", "new.fits"),
        ("2022-07-01 12:00:00 UTC", "new.fits"),
        ("2022-07-01T11:00:00-02:00", "old.fits"),
        ("2022-07-01T12:00:01Z", "old.fits"),
    ],
)
def test_useafter_may_have_a_time_zone(refs: Path, useafter: str, name: str) -> None:
    _add(refs, "old.fits", USEAFTER="2020-01-01")
    _add(refs, "new.fits", USEAFTER=useafter)
    assert _chosen(refs) == name


@pytest.mark.parametrize(
    ("date", "time", "name"),
    [
        ("2022-07-01T12:00:00", None, "new.fits"),
        ("2022-07-01T11:59:59", "23:00:00", "old.fits"),
        ("2022-07-01", "12:00:00Z", "new.fits"),
    ],
)
def test_date_of_the_exposure_may_have_its_time_or_zone(
    refs: Path, date: str, time: str | None, name: str
) -> None:
    _add(refs, "old.fits", USEAFTER="2020-01-01")
    _add(refs, "new.fits", USEAFTER="2022-07-01T12:00:00")
    when = {"meta.observation.date": date, "meta.observation.time": time}
    assert _chosen(refs, **when) == name


def test_folders_below_may_be_links_and_lead_back(refs: Path) -> None:
    (refs.parent / "elsewhere").mkdir()
    _add(refs.parent / "elsewhere", "m.fits")
    (refs / "miri").symlink_to("../elsewhere")
    (refs.parent / "elsewhere" / "back").symlink_to("../refs")
    assert _chosen(refs) == "m.fits"


def test_missing_folder_is_told(folder: Path) -> None:
    with pytest.raises(ReferenceNotFoundError, match="gone: no such folder"):
        _chosen(folder / "gone")


def test_step_takes_the_folder_of_the_environment(
    ramp: Path, refs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_mask(refs / "m.fits")
    monkeypatch.setenv("STRUN_REFS", str(refs))
    assert DQInitStep.call(str(ramp)).meta.ref_file.mask.name == "m.fits"


def test_step_takes_its_own_folder_first(
    ramp: Path, refs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_mask(refs / "m.fits")
    monkeypatch.setenv("STRUN_REFS", "gone")
    step = DQInitStep()
    step.refs = str(refs)
    assert step.run(str(ramp)).meta.ref_file.mask.name == "m.fits"


def test_override_is_stronger_than_a_folder(ramp: Path, mask: Path, refs: Path) -> None:
    make_mask(refs / "m.fits")
    step = DQInitStep(override_mask=str(mask))
    step.refs = str(refs)
    assert step.run(str(ramp)).meta.ref_file.mask.name == "mask.fits"
