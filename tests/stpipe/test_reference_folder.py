"""A reference chosen from a folder by the headers of the files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from factories import make_mask, make_ramp

from jwst.dq_init import DQInitStep
from jwst.errors import ReferenceMismatchError, ReferenceNotFoundError
from jwst.stpipe.reference_folder import choose_from

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
