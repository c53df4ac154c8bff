"""Pipelines that cannot do what they are asked for: none of their products appears."""

from __future__ import annotations

from pathlib import Path

from fault_driver import Case
from fault_scenes import RAMP, cut, gone, keyword, pixels
from step_cases import Scene
from step_references import DETECTOR1, make_exposure, make_of_kind, options

GUIDER = {"dq_init": ("mask",), "guider_cds": ("gain", "readnoise")}
_OF_GUIDER = {
    "INSTRUME": "FGS",
    "DETECTOR": "GUIDER1",
    "EXP_TYPE": "FGS_TRACK",
    "DATAMODL": "GuiderRawModel",
    "flags": False,
}


def _case(
    name: str,
    says: str,
    *scenes: Scene,
    more: tuple[str, ...] = (),
    pipeline: str = "calwebb_detector1",
    **keywords: object,
) -> Case:
    """Return the case of a pipeline that must refuse what the scenes make of good files."""
    guider = pipeline == "calwebb_guider"
    needed = GUIDER if guider else DETECTOR1
    of = {"INSTRUME": "FGS", "DETECTOR": "GUIDER1"} if guider else {}
    if guider:
        keywords = _OF_GUIDER | keywords
        more = ("--steps.flat_field.skip=true", *more)

    def scene() -> None:
        make_exposure(Path(RAMP), **keywords)
        for kind in {kind for kinds in needed.values() for kind in kinds}:
            make_of_kind(Path(f"{kind}.fits"), kind, **of)
        for each in scenes:
            each()

    words = [word for step, kinds in needed.items() for word in options(*kinds, step=step)]
    product = "x_cal.fits" if guider else "x_rate.fits"
    return Case(f"{pipeline} {name}", (pipeline, RAMP, *words, *more), says, scene, makes=product)


CASES = [
    _case(
        "without a reference",
        r"dark\.fits: no such dark reference.*--steps\.dark_current\.override_dark",
        gone("dark.fits"),
    ),
    _case("with a cut reference", "readnoise reference .*is cut", cut("readnoise.fits", 5770)),
    _case(
        "with a dark of another subarray",
        "a dark reference is not cut, give one of this subarray",
        keyword("dark.fits", "SUBSTRT1", 1),
    ),
    _case(
        "told to go without a gain",
        r"jump needs a GAIN reference.*--steps\.jump\.override_gain FILE, or --steps\.jump\.skip",
        more=("--steps.jump.override_gain=N/A",),
    ),
    _case(
        "of what is linear already",
        r"S_LINEAR is COMPLETE, .* or --steps\.linearity\.force to correct it twice",
        S_LINEAR="COMPLETE",
    ),
    _case("of an exposure cut in SCI", r"HDU 1 \(SCI\) is cut", cut(RAMP, 9000)),
    _case("without TFRAME", "TFRAME is missing, expected a number above 0: .*add it", TFRAME=None),
    _case(
        "of a guider",
        "EXP_TYPE is FGS_TRACK, an exposure of a guider, which saturation is not for",
        more=("--steps.dq_init.override_mask=N/A",),
        **_OF_GUIDER | {"DATAMODL": "RampModel"},
    ),
    _case(
        "of SCI with three axes",
        "SCI has 3 axes .*, expected 4 for GuiderRawModel",
        pixels(RAMP, "SCI", lambda a: a[0].copy()),
        pipeline="calwebb_guider",
    ),
    _case(
        "of one group",
        "expected at least 1 integrations of 2 groups for FGS_TRACK",
        pipeline="calwebb_guider",
        shape=(2, 1, 12, 16),
    ),
    _case(
        "without TGROUP",
        "TGROUP is missing, expected a number above 0: count rates .*; add it",
        pipeline="calwebb_guider",
        TGROUP=None,
    ),
]
