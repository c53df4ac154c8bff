from __future__ import annotations

import logging
from pathlib import Path

import pytest
from astropy.io import fits
from factories import make_linearity, make_mask, make_ramp

from jwst.datamodels import MaskModel, RampModel
from strun.errors import ReferenceFileError, ReferenceMismatchError, ReferenceNotFoundError
from strun.references.fitting import check_fits
from strun.references.references import choose, open_reference


def test_path_is_recorded_by_its_name_only(mask: Path) -> None:
    choice = choose("mask", "mask.fits")
    assert (choice.reference, choice.name) == (str(mask), "mask.fits")


@pytest.mark.parametrize("word", ["N/A", " N/A "])
def test_not_applicable_is_recorded_as_such(word: str) -> None:
    assert choose("mask", word)[:2] == ("N/A", "N/A")


def test_miri_has_no_superbias_and_nobody_is_asked_for_one(folder: Path) -> None:
    chosen = choose("superbias", None, lambda: {"meta.instrument.name": "MIRI"}, folder="none")
    assert chosen.reference == chosen.name == "N/A"


def test_superbias_that_is_given_is_used_for_miri(mask: Path) -> None:
    chosen = choose("superbias", str(mask), lambda: {"meta.instrument.name": "MIRI"})
    assert chosen.path == str(mask.absolute())


def test_nothing_given_names_the_ways_out(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CRDS_PATH", "CRDS_SERVER_URL"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(
        ReferenceNotFoundError, match=r"give override_mask=FILE .*or refs=DIR .*set CRDS_PATH to"
    ):
        choose("mask", None)


def test_missing_file_is_named(folder: Path) -> None:
    with pytest.raises(ReferenceNotFoundError, match=r"none\.fits: no such mask reference file"):
        choose("mask", "none.fits")


def test_name_with_dollar_and_tilde_means_itself(folder: Path) -> None:
    make_mask(folder / "~$HOME.fits")
    assert choose("mask", "~$HOME.fits").reference == str(folder / "~$HOME.fits")


def test_file_that_is_no_reference_is_named(folder: Path) -> None:
    Path("text").write_text("no FITS")
    with pytest.raises(ReferenceFileError, match=r"mask reference .*text"):
        open_reference(choose("mask", "text"), MaskModel, reftype="mask")


@pytest.mark.parametrize(
    ("keywords", "text"),
    [
        ({"INSTRUME": "NIRCAM"}, "is for instrument NIRCAM, the exposure .* is MIRI"),
        ({"DETECTOR": "MIRIFULONG"}, "is for detector MIRIFULONG"),
    ],
)
def test_mismatch_is_refused_or_warned_of(
    folder: Path, keywords: dict[str, str], text: str, caplog: pytest.LogCaptureFixture
) -> None:
    make_ramp(folder / "x.fits")
    make_mask(folder / "m.fits", **keywords)
    with RampModel("x.fits") as model, MaskModel("m.fits") as reference:
        with pytest.raises(ReferenceMismatchError, match=text):
            check_fits(model, reference, name="m.fits", allow=False)
        with caplog.at_level(logging.WARNING):
            check_fits(model, reference, name="m.fits", allow=True)
    assert "the exposure" in caplog.text


def test_reference_of_another_kind_is_refused(folder: Path) -> None:
    make_ramp(folder / "x.fits")
    make_linearity(folder / "l.fits")
    with (
        RampModel("x.fits") as model,
        MaskModel("l.fits") as reference,
        pytest.raises(ReferenceMismatchError, match="REFTYPE is LINEARITY, expected MASK"),
    ):
        check_fits(model, reference, name="l.fits", allow=False)


@pytest.mark.parametrize("word", ["ANY", "N/A", "GENERIC"])
def test_wild_words_fit_everything(folder: Path, word: str) -> None:
    make_ramp(folder / "x.fits")
    make_mask(folder / "m.fits", DETECTOR=word)
    with RampModel("x.fits") as model, MaskModel("m.fits") as reference:
        check_fits(model, reference, name="m.fits", allow=False)


@pytest.mark.parametrize("which", ["x.fits", "m.fits"])
def test_other_telescope_is_refused_or_warned_of(
    folder: Path, which: str, caplog: pytest.LogCaptureFixture
) -> None:
    make_ramp(folder / "x.fits")
    make_mask(folder / "m.fits")
    fits.setval(which, "TELESCOP", value="HST")
    with RampModel("x.fits") as model, MaskModel("m.fits") as reference:
        with pytest.raises(ReferenceMismatchError, match=f"{which}: TELESCOP is HST, .*JWST"):
            check_fits(model, reference, name="m.fits", allow=False)
        check_fits(model, reference, name="m.fits", allow=True)
    assert f"{which}: TELESCOP is HST" in caplog.text


def test_missing_keywords_of_a_reference_are_warned_of_once(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    make_ramp(folder / "x.fits")
    make_mask(folder / "m.fits", INSTRUME=None, DETECTOR=None)
    with RampModel("x.fits") as model, MaskModel("m.fits") as reference:
        check_fits(model, reference, name="m.fits", allow=False)
    assert caplog.messages == ["m.fits has no INSTRUME and no DETECTOR: it is taken as fitting"]
