from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from astropy.io import fits
from crds_cache import Cache, use
from factories import make_mask, make_ramp

from jwst.dq_init import DQInitStep
from strun.errors import ReferenceNotFoundError
from strun.references.crds_lookup import look_up

RULES = (
    "Match({('MIRIMAGE',): UseAfter({"
    "'2020-01-01 00:00:00': 'jwst_miri_mask_0001.fits',"
    "'2022-01-01 00:00:00': 'jwst_miri_mask_0002.fits',"
    "'2030-01-01 00:00:00': 'jwst_miri_mask_0003.fits'}),"
    " ('MIRIFULONG',): 'N/A'})"
)


MIRIMAGE = {
    "meta.instrument.name": "MIRI",
    "meta.instrument.detector": "MIRIMAGE",
    "meta.observation.date": "2022-07-01",
    "meta.observation.time": "00:00:00",
}


@pytest.fixture
def cache(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a CRDS cache without a server: three masks by date, one detector without any."""
    made = Cache(folder / "crds")
    made.rule("MIRI", "mask", RULES)
    use(made.path, monkeypatch)
    return made.path


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


AWAY = "http://127.0.0.1:9"


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("server", "reason"),
    [
        ("", "CRDS_SERVER_URL is not set"),
        (AWAY, rf"the server {AWAY} cannot be reached \(Connection refused\)"),
    ],
)
@pytest.mark.parametrize(
    "path",
    [
        "mappings/jwst/jwst_0001.pmap",
        "mappings/jwst/jwst_miri_0001.imap",
        "mappings/jwst/jwst_miri_mask_0001.rmap",
        "references/jwst/miri/jwst_miri_mask_0002.fits",
    ],
)
def test_look_up_names_a_file_that_the_cache_lacks_and_where_it_was_looked_for(
    cache: Path, monkeypatch: pytest.MonkeyPatch, path: str, server: str, reason: str
) -> None:
    monkeypatch.setenv("CRDS_SERVER_URL", server)
    (cache / path).unlink(missing_ok=True)
    name = Path(path).name
    says = rf"reference: {name} is not in the cache \(no {cache}/{path}\), and {reason}; give"
    with pytest.raises(ReferenceNotFoundError, match=says):
        look_up(MIRIMAGE, "mask")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("url", "says"),
    [
        (AWAY, rf"the server {AWAY} cannot be reached \(Connection refused\)"),
        ("http://me:secret@127.0.0.1:9/x?t=1", r"the server http://127\.0\.0\.1:9/x cannot be"),
        ("nonsense", r"the server nonsense cannot be reached \(it is no URL\)"),
    ],
)
def test_look_up_names_a_server_that_cannot_be_reached_when_the_cache_is_empty(
    folder: Path, monkeypatch: pytest.MonkeyPatch, url: str, says: str
) -> None:
    use(folder / "empty", monkeypatch)
    monkeypatch.setenv("CRDS_SERVER_URL", url)
    with pytest.raises(ReferenceNotFoundError, match=says) as error:
        look_up(MIRIMAGE, "mask")
    assert "secret" not in str(error.value)


@pytest.mark.filterwarnings("ignore")
def test_look_up_honours_an_environment_that_changes(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(cache, "jwst_miri_mask_0002.fits")
    first = look_up(MIRIMAGE, "mask").path
    other = cache.parent / "other"
    shutil.copytree(cache, other)
    monkeypatch.setenv("CRDS_PATH", str(other))
    second = look_up(MIRIMAGE, "mask").path
    assert (first.split("/")[-5], second.split("/")[-5]) == ("crds", "other")


def test_look_up_names_the_variable_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CRDS_PATH", "CRDS_SERVER_URL", "CRDS_CONTEXT"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ReferenceNotFoundError, match=r"CRDS_PATH is not set; give override_mask="):
        look_up({}, "mask")


@pytest.mark.filterwarnings("ignore")
def test_look_up_after_one_in_vain_reads_all_anew(cache: Path) -> None:
    with pytest.raises(ReferenceNotFoundError, match=r"not in the cache"):
        look_up(MIRIMAGE, "mask")
    fill(cache, "jwst_miri_mask_0002.fits")
    assert look_up(MIRIMAGE, "mask").name == "crds://jwst_miri_mask_0002.fits"


@pytest.mark.filterwarnings("ignore")
def test_rules_are_read_once_for_the_exposures_of_a_batch(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(cache, "jwst_miri_mask_0002.fits")
    for _ in range(2):
        # crds itself sets a variable when it is asked first
        look_up(MIRIMAGE, "mask")
    read: list[object] = []
    from crds.core import utils

    monkeypatch.setattr(utils, "clear_function_caches", lambda: read.append(1))
    look_up(MIRIMAGE, "mask")
    assert read == []
