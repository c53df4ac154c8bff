"""The cases for dq_init."""

from __future__ import annotations

from typing import Any

from synthetic import MODES, Content

from parity.case import BOTH_REFUSE, JWST_REFUSES, WE_REFUSE, Case

PLACE: dict[str, Any] = {"shape": (60, 76), "corner": (101, 37)}
LARGER: dict[str, Any] = {"shape": (160, 220), "corner": (1, 1)}
EVERYTHING = ("PIXELDQ", "GROUPDQ", "ERR", "ZEROFRAME", "REFOUT", "GROUP", "INT_TIMES",
              "UNKNOWN", "ASDF")  # fmt: skip
BARE = ("ASDF",)


def _case(name: str, mode: str = "miri_image", **changes: Any) -> Case:  # noqa: ANN401 - the fields of Case
    """Return a case: a cut of a detector at `PLACE` with a mask larger than it."""
    place = {} if "shape" in changes or "template" in changes else PLACE
    defaults = {"reference": LARGER, **place, **changes}
    return Case(f"dq-{name}", "dq_init", mode, **defaults)


def dq_init_cases() -> list[Case]:
    """Return every designed case for dq_init."""
    return [*_modes(), *_guiders(), *_masks(), *_arrays(), *_geometry(), *_other(), *_refused()]


def _modes() -> list[Case]:
    """Every mode that makes ramps, where its subarray really lies, references as CRDS has them."""
    full_size = {"miri_image", "nirspec_irs2"}
    cases = []
    for mode, setup in MODES.items():
        if setup.is_guider:
            continue
        small = min(setup.shape) <= 512 or mode in full_size
        content = Content(2 if setup.shape[0] <= 512 else 1, 3)
        place: dict[str, Any] = {"shape": setup.shape} if small else {}
        reference: dict[str, Any] = {} if small else LARGER
        quick = mode in ("miri_sub64", "nircam_image", "niriss_ami", "nirspec_bots", "fgs_image")
        name = mode.replace("_", "-")
        cases.append(_case(name, mode, content=content, reference=reference, quick=quick, **place))
    return cases


def _guiders() -> list[Case]:
    """All six guider modes, as flown (uint16) and as models write them (float32)."""
    tables = ("ASDF", "UNKNOWN")
    cases = []
    for mode, setup in MODES.items():
        if not setup.is_guider:
            continue
        shape = (min(setup.shape[0], 96), min(setup.shape[1], 128))
        name = mode.replace("_", "-")
        reference = {"shape": (shape[0] + 40, shape[1] + 30), "corner": _before(setup.corner)}
        common: dict[str, Any] = {"shape": shape, "reference": reference}
        raw = Content(4, 2, "uint16", BARE)
        cases.append(_case(f"{name}-uncal", mode, content=raw, quick=True, **common))
        cases.append(_case(f"{name}-dq", mode, content=Content(3, 2, hdus=("DQ", "ERR", *tables)),
                           **common))  # fmt: skip
    wrong = Content(3, 2, hdus=("DQ", "ASDF"), shapes={"DQ": (8, 9)})
    acq = {"shape": (128, 128), "reference": {}}
    cases.append(_case("fgs-acq1-full-mask", "fgs_acq1", content=Content(6, 2, "uint16", BARE),
                       **acq))  # fmt: skip
    cases.append(_case("fgs-acq1-wrong-dq", "fgs_acq1", content=wrong, **acq))
    real = "jw_fgs_acq1_guider2_uncal.fits"
    cases.append(_case("real-fgs-acq1", "fgs_acq1", content=Content(groups=0), template=real,
                       reference={}, quick=True))  # fmt: skip
    return cases


def _before(corner: tuple[int, int]) -> tuple[int, int]:
    return max(corner[0] - 20, 1), max(corner[1] - 30, 1)


def _masks() -> list[Case]:
    """DQ_DEF of every sort, every integer type, references of the exposure's own size."""
    definitions = ("none", "standard", "permuted", "unknown", "shared")
    cases = [
        _case(f"definitions-{kind}", reference={**LARGER, "definitions": kind}, quick=True)
        for kind in definitions
    ]
    for dtype in ("uint8", "int16", "uint16", "int32"):
        reference = {**LARGER, "definitions": "permuted", "dtype": dtype}
        cases.append(_case(f"stored-{dtype}", reference=reference))
    same = {"shape": PLACE["shape"], "corner": PLACE["corner"]}
    return [*cases, _case("mask-of-same-size", "niriss_image", reference=same, quick=True)]


def _arrays() -> list[Case]:
    """Missing, wrong and odd arrays; other HDUs."""
    shapes = {"PIXELDQ": (10, 12), "GROUPDQ": (1, 3, 10, 12)}
    return [
        _case("without-arrays", content=Content(hdus=BARE), quick=True),
        _case("only-pixeldq", content=Content(hdus=("PIXELDQ", "ASDF"))),
        _case("only-groupdq", content=Content(hdus=("GROUPDQ", "ASDF"))),
        _case("wrong-shapes", content=Content(shapes=shapes), quick=True),
        _case("wrong-groups", content=Content(2, 4, shapes={"GROUPDQ": (2, 3, 60, 76)})),
        _case("everything", "nircam_image", content=Content(3, 4, hdus=EVERYTHING), quick=True),
        _case("everything-uncal", "nircam_image", quick=True,
              content=Content(2, 4, "uint16", ("ZEROFRAME", "REFOUT", "GROUP", "INT_TIMES",
                                               "UNKNOWN", "ASDF"))),
        _case("miri-refout-uncal", content=Content(2, 5, "uint16", ("REFOUT", "ASDF"))),
        _case("err-and-unknown", content=Content(hdus=("ERR", "UNKNOWN", "ASDF"))),
        _case("odd-values", "nirspec_ifu", content=Content(2, 3, odd=True, hdus=EVERYTHING),
              quick=True),
        *(_case(f"sci-{kind}", content=Content(dtype=kind, hdus=BARE))
          for kind in ("int16", "int32", "float64", "uint8", "uint32")),
        _case("no-asdf", content=Content(hdus=("PIXELDQ", "GROUPDQ")), expect=JWST_REFUSES,
              mended={"hdus": ("PIXELDQ", "GROUPDQ", "ASDF")}, quick=True),
    ]  # fmt: skip


def _geometry() -> list[Case]:
    """Where the mask is cut."""
    edge: dict[str, Any] = {"shape": (60, 76), "corner": (145, 101)}
    partial: dict[str, Any] = {"shape": (90, 120), "corner": (81, 21)}
    same = {"shape": PLACE["shape"], "corner": PLACE["corner"]}
    unnamed = dict.fromkeys(("SUBSTRT1", "SUBSTRT2", "SUBSIZE1", "SUBSIZE2"))
    return [
        _case("mask-edge", "nircam_image", **edge),
        _case("mask-is-a-subarray", "nircam_image", reference=partial, quick=True),
        _case("size-keyword-wrong", keywords={"SUBSIZE1": 80, "SUBSIZE2": 64}, reference=same),
        _case("size-keyword-wrong-cut", keywords={"SUBSIZE1": 80, "SUBSIZE2": 64},
              expect=JWST_REFUSES, mended={"keywords": {}}),
        _case("mask-size-keyword-wrong", reference={**LARGER, "keywords": {"SUBSIZE2": 170}}),
        _case("one-pixel", "nircam_image", shape=(1, 1), corner=(11, 12)),
        _case("one-row", "nircam_image", shape=(1, 37), corner=(11, 12)),
        _case("mask-without-corner-full", "miri_image", shape=(1024, 1032),
              content=Content(1, 2), reference={"keywords": unnamed}, expect=JWST_REFUSES,
              mended={"reference": {"keywords": {}}}),
    ]  # fmt: skip


def _other() -> list[Case]:
    """Parameters, keywords, names."""
    user = {"user_supplied_dq": PLACE["shape"]}
    return [
        _case("not-applicable", reference="N/A", quick=True),
        _case("not-applicable-uncal", "nircam_image", content=Content(2, 3, "uint16", BARE),
              reference="N/A"),
        _case("not-applicable-guider", "fgs_track", shape=(32, 32), reference="N/A",
              content=Content(4, 2, "uint16", BARE)),
        _case("user-dq", options=user, quick=True),
        _case("user-dq-guider", "fgs_track", shape=(32, 32), options={"user_supplied_dq": (32, 32)},
              content=Content(4, 2, "uint16", BARE), reference={}),
        _case("user-keywords", "niriss_image", content=Content(user_cards=True), quick=True),
        _case("second-time", keywords={"S_DQINIT": "COMPLETE", "R_MASK": "crds://old.fits"}),
        _case("many-integrations", "nircam_sub160", content=Content(40, 6)),
        _case("real-nircam", "nircam_image", template=
              "jw01075001001_03105_00009_nrca2_header_uncal.fits",
              content=Content(dtype="uint16", hdus=BARE), reference={}),
    ]  # fmt: skip


def _refused() -> list[Case]:
    """Return what no program can do, and what we do not do."""
    return [
        _case("outside-the-mask", shape=(100, 76), corner=(150, 100), expect=BOTH_REFUSE),
        _case("no-corner", keywords={"SUBSTRT1": None}, expect=BOTH_REFUSE),
        _case("corner-zero", keywords={"SUBSTRT2": 0}, expect=BOTH_REFUSE),
        _case("pixeldq-3d", content=Content(shapes={"PIXELDQ": (2, 60, 76)}), expect=BOTH_REFUSE),
        _case("groupdq-3d", content=Content(shapes={"GROUPDQ": (5, 60, 76)}), expect=BOTH_REFUSE),
        _case("user-dq-wrong-shape", options={"user_supplied_dq": (61, 76)}, expect=BOTH_REFUSE),
        _case("other-instrument", "nircam_image", reference={**LARGER, "mode": "niriss_image"},
              expect=WE_REFUSE),
        _case("other-detector", "nircam_image", reference={**LARGER, "mode": "nircam_sub160"},
              expect=WE_REFUSE),
    ]  # fmt: skip
