"""The cases for linearity."""

from __future__ import annotations

from typing import Any

from synthetic import MODES, Content

from parity.case import JWST_REFUSES, WE_REFUSE, Case
from parity.dq_init_cases import BARE, EVERYTHING, LARGER, PLACE


def _case(name: str, mode: str = "miri_image", **changes: Any) -> Case:  # noqa: ANN401 - the fields of Case
    """Return a case: a cut of a detector at `PLACE`, coefficients of a larger part of it."""
    place = {} if "shape" in changes or "template" in changes else PLACE
    defaults = {"reference": LARGER, **place, **changes}
    return Case(f"lin-{name}", "linearity", mode, **defaults)


def linearity_cases() -> list[Case]:
    """Return every designed case for linearity."""
    return [*_modes(), *_coefficients(), *_arrays(), *_read_level(), *_other()]


def _modes() -> list[Case]:
    """Every mode where its subarray really lies; guiders too, whose exposures become ramps."""
    cases = []
    for mode, setup in MODES.items():
        small = min(setup.shape) <= 128
        content = Content(2 if small else 1, 4)
        place: dict[str, Any] = {"shape": setup.shape} if small else {}
        around = {"shape": (setup.shape[0] + 20, setup.shape[1] + 16),
                  "corner": (max(setup.corner[0] - 9, 1), max(setup.corner[1] - 3, 1))}  # fmt: skip
        quick = mode in ("miri_sub64", "nircam_image", "niriss_ami", "nirspec_bots", "fgs_image")
        reference = around if small else LARGER
        name = mode.replace("_", "-")
        cases.append(_case(name, mode, content=content, reference=reference, quick=quick, **place))
    full: dict[str, Any] = {"shape": (1024, 1032), "content": Content(1, 3), "reference": {}}
    irs2: dict[str, Any] = {
        "shape": (3200, 2048),
        "content": Content(1, 2),
        "reference": {"terms": 3},
    }
    return [*cases, _case("miri-full", **full), _case("irs2-full", "nirspec_irs2", **irs2)]


def _coefficients() -> list[Case]:
    """2 to 10 coefficients, good and spoiled, every DQ_DEF, both float types."""
    cases = [
        _case(f"terms-{terms}", reference={**LARGER, "terms": terms}, quick=terms in (2, 3, 10))
        for terms in range(2, 11)
    ]
    cases += [
        _case(f"definitions-{kind}", reference={**LARGER, "definitions": kind})
        for kind in ("none", "standard", "unknown", "shared")
    ]
    same = {"shape": PLACE["shape"], "corner": PLACE["corner"]}
    return [
        *cases,
        _case("unspoiled", reference={**LARGER, "spoiled": False}),
        _case("float64", reference={**LARGER, "dtype": "float64"}),
        _case("same-size", "niriss_image", reference=same, quick=True),
        _case("no-dq", reference={**LARGER, "dq": "none"}, expect=JWST_REFUSES,
              mended={"reference": {"dq": "zeros"}}, quick=True),
    ]  # fmt: skip


def _arrays() -> list[Case]:
    """Saturation, zero frames, odd values and types, missing arrays."""
    zero = ("PIXELDQ", "GROUPDQ", "ZEROFRAME", "ASDF")
    return [
        _case("zeroframe", "nircam_image", content=Content(2, 4, hdus=zero), quick=True),
        _case("zeroframe-odd", "nircam_image", content=Content(3, 4, hdus=zero, odd=True)),
        _case("zeroframe-not-used", "nircam_image", content=Content(2, 4, hdus=zero),
              keywords={"ZEROFRAM": False}),
        _case("zeroframe-absent", "nircam_image", keywords={"ZEROFRAM": True}),
        _case("odd-values", "nirspec_ifu", content=Content(2, 4, odd=True), quick=True),
        _case("odd-values-terms-2", content=Content(2, 4, odd=True),
              reference={**LARGER, "terms": 2}),
        _case("odd-values-terms-10", content=Content(2, 4, odd=True),
              reference={**LARGER, "terms": 10}),
        _case("without-arrays", content=Content(hdus=BARE), quick=True),
        _case("everything", "nircam_image", content=Content(3, 4, hdus=EVERYTHING), quick=True),
        _case("uncal", "nircam_image", content=Content(2, 4, "uint16", ("ZEROFRAME", "ASDF"))),
        _case("sci-float64", content=Content(dtype="float64")),
        _case("many-integrations", "niriss_ami", content=Content(30, 5)),
        _case("one-group", "niriss_ami", content=Content(12, 1)),
        _case("one-pixel", "nircam_image", shape=(1, 1), corner=(11, 12)),
        _case("user-keywords", "niriss_image", content=Content(user_cards=True)),
    ]  # fmt: skip


def _read_level() -> list[Case]:
    """INV_COEFFS: used when frames are averaged into groups, otherwise not."""
    inverse = {**LARGER, "inverse_terms": 5}
    cases = [
        _case(f"read-level-{groups}-groups", "nircam_deep8", content=Content(2, groups),
              reference=inverse, quick=groups in (2, 6))
        for groups in (2, 3, 6)
    ]  # fmt: skip
    return [
        *cases,
        _case("read-level-1-group", "nircam_deep8", content=Content(2, 1), reference=inverse,
              expect=JWST_REFUSES, mended={"reference": {"inverse_terms": 0}}),
        _case("read-level-2-frames", "nircam_image", reference=inverse),
        _case("read-level-5-frames", "nircam_image", reference=inverse, keywords={"NFRAMES": 5}),
        _case("read-level-1-frame", "niriss_image", reference=inverse),
        _case("read-level-odd", "nircam_deep8", content=Content(2, 5, odd=True), reference=inverse),
        _case("read-level-zeroframe", "nircam_deep8", reference=inverse,
              content=Content(2, 5, hdus=("PIXELDQ", "GROUPDQ", "ZEROFRAME", "ASDF"))),
        _case("read-level-tall", "nircam_deep8", shape=(150, 40), corner=(3, 5),
              content=Content(1, 4), reference={**inverse, "terms": 8, "inverse_terms": 3}),
    ]  # fmt: skip


def _other() -> list[Case]:
    """Parameters and keywords."""
    return [
        _case("not-applicable", reference="N/A", quick=True),
        _case("not-applicable-uncal", "nircam_image", content=Content(2, 3, "uint16", BARE),
              reference="N/A"),
        _case("second-time", keywords={"S_LINEAR": "COMPLETE"}, expect=WE_REFUSE, quick=True),
        _case("second-time-forced", keywords={"S_LINEAR": "COMPLETE"}, ours_only={"force": "true"}),
        _case("other-detector", "nircam_image", reference={**LARGER, "mode": "nircam_sub160"},
              expect=WE_REFUSE),
        _case("real-nircam", "nircam_image", template=
              "jw01075001001_03105_00009_nrca2_header_uncal.fits",
              content=Content(hdus=("PIXELDQ", "GROUPDQ", "ASDF")), reference={}),
    ]  # fmt: skip
