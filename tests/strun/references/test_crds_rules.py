"""References that the rules of a CRDS cache choose, read by the real client, without a network."""

from __future__ import annotations

from pathlib import Path

import pytest
from crds_cache import DETECTOR, SUBARRAY, Cache, cut_network, use

from strun.errors import ReferenceNotFoundError
from strun.references.crds_lookup import look_up

pytestmark = pytest.mark.filterwarnings("ignore")

EXPOSURE = {
    "meta.instrument.name": "MIRI",
    "meta.instrument.detector": "MIRIMAGE",
    "meta.subarray.name": "SUB64",
    "meta.instrument.filter": "F1130W",
    "meta.observation.date": "2022-07-01",
    "meta.observation.time": "00:00:00",
}


@pytest.fixture
def cache(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Cache:
    """Return an empty cache; whoever wants to talk to the network is told that there is none."""
    made = Cache(folder / "crds")
    use(made.path, monkeypatch)
    cut_network(monkeypatch)
    return made


def _chosen(cache: Cache, **other: str) -> str:
    folder = cache.folder("miri")
    for text in cache.mappings.glob("*.rmap"):
        for word in text.read_text().split("'"):
            if word.endswith(".fits"):
                (folder / word).touch()
    found = look_up(EXPOSURE | {key.replace("__", "."): v for key, v in other.items()}, "mask")
    return Path(found.path).name


def test_match_by_detector(cache: Cache) -> None:
    cache.rule(
        "MIRI",
        "mask",
        "Match({('MIRIMAGE',): UseAfter({'2020-01-01 00:00:00': 'jwst_miri_mask_0001.fits'}),"
        " ('MIRIFULONG',): UseAfter({'2020-01-01 00:00:00': 'jwst_miri_mask_0002.fits'})})",
    )
    assert _chosen(cache) == "jwst_miri_mask_0001.fits"
    assert _chosen(cache, meta__instrument__detector="MIRIFULONG") == "jwst_miri_mask_0002.fits"


def test_use_after_takes_the_latest_before_the_exposure(cache: Cache) -> None:
    dates = ", ".join(
        f"'{year}-01-01 00:00:00': 'jwst_miri_mask_{year}.fits'" for year in (2020, 2022, 2030)
    )
    cache.rule("MIRI", "mask", f"Match({{('MIRIMAGE',): UseAfter({{{dates}}})}})")
    assert _chosen(cache) == "jwst_miri_mask_2022.fits"
    assert _chosen(cache, meta__observation__date="2021-06-01") == "jwst_miri_mask_2020.fits"


def test_match_without_dates_as_in_the_rules_of_2015(cache: Cache) -> None:
    selector = "Match({('MIRIMAGE', 'ANY'): 'jwst_miri_mask_0009.fits'})"
    parkey = (DETECTOR, "META.INSTRUMENT.FILTER")
    cache.rule("MIRI", "mask", selector, parkey=parkey, useafter=False)
    assert _chosen(cache) == "jwst_miri_mask_0009.fits"


def test_substituted_generic_serves_what_has_no_rule_of_its_own(cache: Cache) -> None:
    use_after = "UseAfter({{'2020-01-01 00:00:00': 'jwst_miri_mask_{}.fits'}})"
    selector = (
        f"Match({{('MIRIMAGE', 'GENERIC'): {use_after.format('0001')},"
        f" ('MIRIMAGE', 'SUB64'): {use_after.format('0064')}}})"
    )
    generic = {SUBARRAY: {"GENERIC": "N/A"}}
    cache.rule("MIRI", "mask", selector, parkey=(DETECTOR, SUBARRAY), substitutions=generic)
    assert _chosen(cache) == "jwst_miri_mask_0064.fits"
    assert _chosen(cache, meta__subarray__name="SUB256") == "jwst_miri_mask_0001.fits"


@pytest.mark.parametrize("pattern", ["SUB64|SUB128", "SUB*", "S*4|FULL"])
def test_patterns_match(cache: Cache, pattern: str) -> None:
    use_after = "UseAfter({'2020-01-01 00:00:00': 'jwst_miri_mask_0001.fits'})"
    # CRDS takes only values that some rule of the kind names
    selector = f"Match({{('MIRIMAGE', {pattern!r}): {use_after}, ('MIRIFULONG', 'SUB64'): 'N/A'}})"
    cache.rule("MIRI", "mask", selector, parkey=(DETECTOR, SUBARRAY))
    assert _chosen(cache) == "jwst_miri_mask_0001.fits"


def test_not_applicable_is_no_reference(cache: Cache) -> None:
    cache.rule("MIRI", "mask", "Match({('MIRIMAGE',): 'N/A'})")
    assert look_up(EXPOSURE, "mask").path == "N/A"


def test_kind_that_is_not_applicable_to_an_instrument_is_no_reference(cache: Cache) -> None:
    cache.rule("MIRI", "mask", "Match({('MIRIMAGE',): 'N/A'})")
    cache.rules["MIRI"]["LINEARITY"] = "N/A"
    cache._write_contexts()
    assert look_up(EXPOSURE, "linearity").path == "N/A"


def test_exposure_without_a_rule_is_told(cache: Cache) -> None:
    use_after = "UseAfter({'2020-01-01 00:00:00': 'jwst_miri_mask_0001.fits'})"
    cache.rule("MIRI", "mask", f"Match({{('MIRIFULONG',): {use_after}}})")
    with pytest.raises(
        ReferenceNotFoundError, match=r"no mask reference: .*give override_mask=FILE"
    ):
        look_up(EXPOSURE, "mask")


@pytest.mark.parametrize("flat", [True, False])
@pytest.mark.parametrize("readonly", [True, False])
def test_reference_is_found_in_flat_and_divided_caches(
    cache: Cache, monkeypatch: pytest.MonkeyPatch, flat: bool, readonly: bool
) -> None:
    use_after = "UseAfter({'2020-01-01 00:00:00': 'jwst_miri_mask_0001.fits'})"
    cache.rule("MIRI", "mask", f"Match({{('MIRIMAGE',): {use_after}}})")
    path = cache.folder("miri", flat=flat) / "jwst_miri_mask_0001.fits"
    path.touch()
    mode = cache.path / "config" / "jwst" / "ref_cache_subdir_mode"
    mode.write_text("flat" if flat else "instrument")
    if readonly:
        monkeypatch.setenv("CRDS_READONLY_CACHE", "1")
    before = sorted(cache.path.rglob("*"))
    assert look_up(EXPOSURE, "mask").path == str(path)
    if readonly:
        assert sorted(cache.path.rglob("*")) == before
