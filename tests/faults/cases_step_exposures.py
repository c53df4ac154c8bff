"""Exposures that the steps from the raw file to the rates refuse, skip, or warn of."""

from __future__ import annotations

import numpy as np
from astropy.io import fits
from fault_driver import Case
from fault_scenes import RAMP, cut, edited, pixels
from step_cases import case, goes_on

_GUIDER = {"INSTRUME": "FGS", "DETECTOR": "GUIDER1", "EXP_TYPE": "FGS_FINEGUIDE"}
_NEAR_INFRARED = {"INSTRUME": "NIRCAM", "DETECTOR": "NRCA2", "EXP_TYPE": "NRC_IMAGE"}


def _times(hdus: fits.HDUList) -> None:
    hdus.append(fits.BinTableHDU(np.zeros(2, [("number", "i4")]), name="INT_TIMES"))


def _number(step: str, name: str, value: object) -> Case:
    said = "missing" if value is None else repr(value)
    line = rf"x_uncal\.fits: {name} is {said}, expected a (whole )?number .*; (add|correct) it"
    more = ("--persistence_time", "100") if step == "persistence" else ()
    return case(f"{name} is {said}", step, line, more=more, **{name: value})


NUMBERS = [
    _number("saturation", "NFRAMES", None),
    _number("saturation", "NFRAMES", -3),
    _number("jump", "NFRAMES", "four"),
    _number("jump", "TGROUP", 0),
    _number("ramp_fit", "TFRAME", None),
    _number("ramp_fit", "NFRAMES", 2147483647),
    _number("dark_current", "GROUPGAP", None),
    _number("dark_current", "NFRAMES", 2.5),
    _number("persistence", "TGROUP", -1.5),
    case("INTSTART is -4", "reset", "INTSTART is -4, expected 1 or more", INTSTART=-4),
    case("SUBARRAY is missing", "rscd", "SUBARRAY is missing, .*; add it", SUBARRAY=None),
    case("FASTAXIS is 3", "refpix", "FASTAXIS is 3 .*; correct them", **_NEAR_INFRARED, FASTAXIS=3),
    case(
        "SUBSTRT1 is text",
        "refpix",
        "SUBSTRT1 is 'one', expected a whole number",
        **_NEAR_INFRARED,
        SUBSTRT1="one",
    ),
]

SHAPES = [
    case(
        "INT_TIMES without its columns",
        "persistence",
        "INT_TIMES has no column int_start_MJD_UTC",
        edited(RAMP, _times),
        more=("--persistence_time", "100"),
    ),
    case(
        "SCI of three axes",
        "ramp_fit",
        "SCI has 3 axes .*, expected 4 for RampModel",
        pixels(RAMP, "SCI", lambda a: a[0].copy()),
    ),
    case("exposure cut in SCI", "jump", r"HDU 1 \(SCI\) is cut.*get a whole copy", cut(RAMP, 9000)),
    case(
        "without a group",
        "lastframe",
        r"SCI has the shape \(2, 0, 12, 16\): there is no sample in it",
        pixels(RAMP, "SCI", lambda a: a[:, :0].copy()),
    ),
]

TWICE = [
    case(
        "twice",
        step,
        f"{name} is COMPLETE, it is corrected already; .* or --force to correct it twice",
        **{name: "COMPLETE"},
    )
    for step, name in {
        "group_scale": "S_GRPSCL",
        "superbias": "S_SUPERB",
        "ipc": "S_IPC",
        "refpix": "S_REFPIX",
        "reset": "S_RESET",
        "dark_current": "S_DARK",
        "gain_scale": "S_GANSCL",
    }.items()
]

GUIDERS = [
    case(
        "exposure of a guider",
        step,
        rf"x_uncal\.fits: EXP_TYPE is FGS_FINEGUIDE, an exposure of a guider, which {step} is not "
        "for; use dq_init and guider_cds, or calwebb_guider$",
        **_GUIDER,
    )
    for step in ("saturation", "superbias", "refpix", "dark_current", "charge_migration", "jump")
]


FEW = [
    goes_on(f"{groups} groups", step, said, status=f"{key}=SKIPPED", shape=(2, groups, 12, 16))
    for step, groups, key, said in (
        ("rscd", 2, "S_RSCD", "2 groups, expected 3 or more: the step is skipped"),
        ("firstframe", 3, "S_FRSTFR", "3 groups, expected 4 or more: the step is skipped"),
        ("lastframe", 2, "S_LASTFR", "2 groups, expected 3 or more: the step is skipped"),
        ("charge_migration", 2, "S_CHGMIG", "Fewer than three groups: the step is skipped"),
        ("jump", 2, "S_JUMP", "Fewer than three groups: the step is skipped"),
    )
]

LATE = [
    goes_on(
        f"after {later}",
        step,
        f"x_uncal.fits: {later} is COMPLETE, and that step comes after {step}; use an exposure",
        status=f"{key}=COMPLETE",
        **{later: "COMPLETE"},
    )
    for step, later, key in (
        ("superbias", "S_LINEAR", "S_SUPERB"),
        ("saturation", "S_SUPERB", "S_SATURA"),
        ("dark_current", "S_JUMP", "S_DARK"),
    )
]

CASES = [*NUMBERS, *SHAPES, *TWICE, *GUIDERS, *FEW, *LATE]
