"""A folder of references and CRDS choose the same of them, for exposures of all instruments."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from crds_cache import DETECTOR, SUBARRAY, Cache, cut_network, use
from factories import make_linearity, make_mask

from strun.errors import ReferenceNotFoundError
from strun.references.crds_lookup import look_up
from strun.references.reference_folder import choose_from

pytestmark = pytest.mark.filterwarnings("ignore")

FILTER, BAND = "META.INSTRUMENT.FILTER", "META.INSTRUMENT.BAND"
KEYWORD = {DETECTOR: "DETECTOR", SUBARRAY: "SUBARRAY", FILTER: "FILTER", BAND: "BAND"}
DATES = ("2019-06-01", "2022-07-01", "2024-02-29")
EARLY, LATE = "2016-01-01", "2022-06-01"


class Rules(NamedTuple):
    """Rules of one kind for one instrument: what they ask for, and the cases with their dates."""

    instrument: str
    reftype: str
    parkey: tuple[str, ...]
    cases: dict[tuple[str, ...], tuple[str, ...]]


def _by_detector(*detectors: str) -> dict[tuple[str, ...], tuple[str, ...]]:
    return {(name,): (EARLY, LATE) for name in detectors}


NIRCAM = [f"NRC{side}{chip}" for side in "AB" for chip in ("1", "2", "3", "4", "LONG")]
ALL = [
    Rules("MIRI", "mask", (DETECTOR, SUBARRAY), {
        ("MIRIMAGE", "GENERIC"): (EARLY, LATE),
        ("MIRIMAGE", "SUB64"): (EARLY,),
        ("MIRIMAGE", "MASK1065|MASK1140|MASK1550"): (LATE,),
        ("MIRIFULONG", "GENERIC"): (EARLY,),
        ("MIRIFUSHORT", "GENERIC"): (EARLY, LATE),
    }),
    Rules("MIRI", "linearity", (DETECTOR, FILTER, BAND), {
        ("MIRIMAGE", "ANY", "N/A"): (EARLY, LATE),
        ("MIRIMAGE", "F2550W|F2100W", "N/A"): (LATE,),
        ("MIRIFULONG", "N/A", "LONG"): (EARLY,),
        ("MIRIFULONG", "N/A", "MEDIUM|SHORT"): (EARLY, LATE),
        ("MIRIFUSHORT", "N/A", "ANY"): (LATE,),
    }),
    Rules("NIRCAM", "mask", (DETECTOR,), _by_detector(*NIRCAM)),
    Rules("NIRCAM", "linearity", (DETECTOR,), _by_detector(*NIRCAM)),
    Rules("NIRISS", "mask", (DETECTOR, FILTER), {("NIS", "ANY"): (EARLY, LATE)}),
    Rules("NIRISS", "linearity", (DETECTOR, FILTER), {("NIS", "ANY"): (EARLY,)}),
    Rules("NIRSPEC", "mask", (DETECTOR, SUBARRAY), {
        ("NRS1", "GENERIC"): (EARLY, LATE),
        ("NRS1", "SUB2048"): (LATE,),
        ("NRS2", "GENERIC"): (EARLY,),
    }),
    Rules("NIRSPEC", "linearity", (DETECTOR,), _by_detector("NRS1", "NRS2")),
    Rules("FGS", "mask", (DETECTOR,), _by_detector("GUIDER1", "GUIDER2")),
    Rules("FGS", "linearity", (DETECTOR,), _by_detector("GUIDER1", "GUIDER2")),
]  # fmt: skip

EXPOSURES: dict[str, dict[str, tuple[str, ...]]] = {
    "MIRI": {
        "detector": ("MIRIMAGE", "MIRIFULONG", "MIRIFUSHORT"),
        "subarray": ("FULL", "SUB64", "MASK1140", "BRIGHTSKY"),
        "filter": ("F1130W", "F2100W", "N/A"),
        "band": ("N/A", "SHORT", "LONG"),
    },
    "NIRCAM": {"detector": tuple(NIRCAM), "subarray": ("FULL", "SUB160"), "filter": ("F200W",)},
    "NIRISS": {"detector": ("NIS",), "subarray": ("FULL", "SUBSTRIP256"), "filter": ("F150W",)},
    "NIRSPEC": {
        "detector": ("NRS1", "NRS2"),
        "subarray": ("FULL", "SUB2048", "ALLSLITS"),
        "filter": ("F170LP",),
    },
    "FGS": {"detector": ("GUIDER1", "GUIDER2"), "subarray": ("FULL", "8X8"), "filter": ("N/A",)},
}


def _fill(cache: Cache, rules: Rules) -> None:
    """Write the rules, and files whose headers say the same."""
    make = make_mask if rules.reftype == "mask" else make_linearity
    cases, number = [], 0
    for values, dates in rules.cases.items():
        files = []
        for date in dates:
            number += 1
            name = f"jwst_{rules.instrument}_{rules.reftype}_{number:04}.fits".lower()
            files.append(f"'{date} 00:00:00': '{name}'")
            said: dict[str, Any] = {"FILTER": None, "DATE-OBS": None, "TIME-OBS": None}
            said |= {KEYWORD[key]: value for key, value in zip(rules.parkey, values, strict=True)}
            said |= {"INSTRUME": rules.instrument, "USEAFTER": f"{date}T00:00:00"}
            make(cache.folder(rules.instrument) / name, size=(4, 4), **said)
        cases.append(f"{values!r}: UseAfter({{{', '.join(files)}}})")
    more = {"substitutions": {SUBARRAY: {"GENERIC": "N/A"}}} if SUBARRAY in rules.parkey else {}
    cache.rule(
        rules.instrument,
        rules.reftype,
        f"Match({{{', '.join(cases)}}})",
        parkey=rules.parkey,
        **more,
    )


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a cache of all rules with their files."""
    cache = Cache(tmp_path_factory.mktemp("crds"))
    for rules in ALL:
        _fill(cache, rules)
    return cache.path


def _exists(exposure: dict[str, str]) -> bool:
    """Whether there can be one: the imager of MIRI has filters, its spectrographs have bands."""
    if not exposure["detector"].startswith("MIRI"):
        return True
    imager = exposure["detector"] == "MIRIMAGE"
    return imager == (exposure["filter"] != "N/A") == (exposure["band"] == "N/A")


def _exposures(instrument: str) -> Iterator[dict[str, str]]:
    kinds = EXPOSURES[instrument] | {"date": DATES}
    paths = {
        "detector": "meta.instrument.detector",
        "subarray": "meta.subarray.name",
        "filter": "meta.instrument.filter",
        "band": "meta.instrument.band",
        "date": "meta.observation.date",
    }
    for values in product(*kinds.values()):
        if not _exists(dict(zip(kinds, values, strict=True))):
            continue
        found = {paths[kind]: value for kind, value in zip(kinds, values, strict=True)}
        yield {
            "meta.instrument.name": instrument,
            "meta.observation.time": "00:00:00",
            "meta.exposure.type": "ANY_TYPE",
        } | found


def _by_crds(exposure: dict[str, str], reftype: str) -> str:
    try:
        return Path(look_up(exposure, reftype).path).name
    except ReferenceNotFoundError:
        return "none"


def _by_folder(folder: Path, exposure: dict[str, str], reftype: str) -> str:
    try:
        return Path(choose_from(str(folder), reftype, exposure).path).name
    except ReferenceNotFoundError:
        return "none"


@pytest.mark.parametrize("reftype", ["mask", "linearity"])
@pytest.mark.parametrize("instrument", EXPOSURES)
def test_folder_and_crds_choose_the_same(
    filled: Path, monkeypatch: pytest.MonkeyPatch, instrument: str, reftype: str
) -> None:
    use(filled, monkeypatch)
    cut_network(monkeypatch)
    chosen = set()
    for exposure in _exposures(instrument):
        by_crds = _by_crds(exposure, reftype)
        assert _by_folder(filled / "references", exposure, reftype) == by_crds, exposure
        chosen.add(by_crds)
    assert chosen - {"none"}
