from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from astropy.io import fits
from factories import make_mask, make_ramp

from jwst.dq_init import DQInitStep
from jwst.errors import ReferenceNotFoundError
from jwst.stpipe.crds_lookup import look_up

SETTINGS = {
    "observatory": "jwst",
    "operational_context": "jwst_0001.pmap",
    "edit_context": "jwst_0001.pmap",
    "crds_version": {"str": "14.0.0"},
    "server_version": {"str": "14.0.0"},
    "reference_url": {"checked": ""},
    "mapping_url": {"checked": ""},
    "bad_files": "",
    "bad_files_set": set(),
    "bad_files_list": [],
    "context_names": [],
    "status": "cached",
    "connected": False,
    "effective_mode": "local",
    "last_synced": "2026-01-01",
}


def mapping(kind: str, name: str, parkey: object, selector: str, **more: str) -> str:
    """Return the text of a mapping in CRDS's format."""
    header = {"mapping": kind, "observatory": "JWST", "name": name, "parkey": parkey}
    header |= {"derived_from": "new", "sha1sum": "0", **more}
    return f"header = {header!r}\nselector = {selector}\n"


@pytest.fixture
def cache(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a CRDS cache without a server: two masks by date, one detector without any."""
    rules = folder / "crds" / "mappings" / "jwst"
    rules.mkdir(parents=True)
    (rules / "jwst_0001.pmap").write_text(
        mapping(
            "PIPELINE",
            "jwst_0001.pmap",
            ("META.INSTRUMENT.NAME",),
            "{'MIRI': 'jwst_miri_0001.imap'}",
        )
    )
    (rules / "jwst_miri_0001.imap").write_text(
        mapping(
            "INSTRUMENT",
            "jwst_miri_0001.imap",
            ("REFTYPE",),
            "{'MASK': 'jwst_miri_mask_0001.rmap'}",
            instrument="MIRI",
        )
    )
    (rules / "jwst_miri_mask_0001.rmap").write_text(
        mapping(
            "REFERENCE",
            "jwst_miri_mask_0001.rmap",
            (("META.INSTRUMENT.DETECTOR",), ("META.OBSERVATION.DATE", "META.OBSERVATION.TIME")),
            "Match({('MIRIMAGE',): UseAfter({"
            "'2020-01-01 00:00:00': 'jwst_miri_mask_0001.fits',"
            "'2022-01-01 00:00:00': 'jwst_miri_mask_0002.fits',"
            "'2030-01-01 00:00:00': 'jwst_miri_mask_0003.fits'}),"
            " ('MIRIFULONG',): 'N/A'})",
            instrument="MIRI",
            filekind="MASK",
        )
    )
    settings = folder / "crds" / "config" / "jwst"
    settings.mkdir(parents=True)
    (settings / "server_config").write_text(repr(SETTINGS))
    monkeypatch.setenv("CRDS_PATH", str(folder / "crds"))
    monkeypatch.setenv("CRDS_CONTEXT", "jwst_0001.pmap")
    monkeypatch.setenv("CRDS_IGNORE_MAPPING_CHECKSUM", "1")
    monkeypatch.delenv("CRDS_SERVER_URL", raising=False)
    return folder / "crds"


def fill(cache: Path, name: str, *, flat: bool = False) -> None:
    folder = cache / "references" / "jwst" / ("" if flat else "miri")
    folder.mkdir(parents=True, exist_ok=True)
    make_mask(folder / name)


@pytest.mark.filterwarnings("ignore")
def test_step_uses_the_latest_reference_before_the_exposure(cache: Path) -> None:
    fill(cache, "jwst_miri_mask_0002.fits")
    DQInitStep.call(str(make_ramp(Path("x_uncal.fits"))), save_results=True)
    header = fits.getheader("x_dq_init.fits")
    assert header["R_MASK"] == "crds://jwst_miri_mask_0002.fits"
    assert header["CRDS_CTX"] == "jwst_0001.pmap"


@pytest.mark.filterwarnings("ignore")
def test_step_is_skipped_when_crds_says_not_applicable(cache: Path) -> None:
    path = make_ramp(Path("x_uncal.fits"), DETECTOR="MIRIFULONG")
    model = DQInitStep.call(str(path))
    assert model.meta.cal_step.dq_init == "SKIPPED"
    assert model.meta.ref_file.mask.name == "N/A"


@pytest.mark.filterwarnings("ignore")
def test_look_up_names_the_cache_when_a_file_is_not_in_it(cache: Path) -> None:
    parameters = {
        "meta.instrument.name": "MIRI",
        "meta.instrument.detector": "MIRIMAGE",
        "meta.observation.date": "2022-07-01",
        "meta.observation.time": "00:00:00",
    }
    with pytest.raises(ReferenceNotFoundError, match=r"not in the cache .*crds"):
        look_up(parameters, "mask")


@pytest.mark.filterwarnings("ignore")
def test_look_up_honours_an_environment_that_changes(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(cache, "jwst_miri_mask_0002.fits")
    parameters = {
        "meta.instrument.name": "MIRI",
        "meta.instrument.detector": "MIRIMAGE",
        "meta.observation.date": "2022-07-01",
        "meta.observation.time": "00:00:00",
    }
    first = look_up(parameters, "mask").path
    other = cache.parent / "other"
    shutil.copytree(cache, other)
    monkeypatch.setenv("CRDS_PATH", str(other))
    second = look_up(parameters, "mask").path
    assert (first.split("/")[-5], second.split("/")[-5]) == ("crds", "other")


def test_look_up_names_the_variable_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CRDS_PATH", "CRDS_SERVER_URL", "CRDS_CONTEXT"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ReferenceNotFoundError, match=r"CRDS_PATH is not set; give --override_mask"):
        look_up({}, "mask")
