"""How rows of tables say what is wrong with a run of a step on an exposure and its references."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from astropy.io import fits
from fault_driver import Case
from fault_numbers import unchanged
from fault_scenes import RAMP, all_of
from step_references import make_exposure, make_of_kind, options

NEEDED = {
    "saturation": ("saturation",),
    "superbias": ("superbias",),
    "ipc": ("ipc",),
    "reset": ("reset",),
    "rscd": ("rscd",),
    "dark_current": ("dark",),
    "jump": ("gain", "readnoise"),
    "ramp_fit": ("readnoise", "gain"),
}
"""Kinds of references by step."""

PRODUCTS = {"lastframe": "lastframestep", "ramp_fit": "rate"}

Scene = Callable[[], object]


def made(*kinds: str, **keywords: object) -> Scene:
    """Return the scene with a good exposure and these references."""

    def scene() -> None:
        make_exposure(Path(RAMP), **keywords)
        for kind in kinds:
            make_of_kind(Path(f"{kind}.fits"), kind)

    return scene


def case(
    name: str,
    step: str,
    says: str,
    *scenes: Scene,
    more: tuple[str, ...] = (),
    **keywords: object,
) -> Case:
    """Return the case of a step that must refuse what the scenes make of good files."""
    kinds = NEEDED.get(step, ())
    scene = all_of(made(*kinds, **keywords), *scenes)
    words = (step, RAMP, *options(*kinds), *more)
    return Case(f"{step}: {name}", words, says, scene, makes=product(step))


def product(step: str) -> str:
    return f"x_{PRODUCTS.get(step, step)}.fits"


def goes_on(
    name: str, step: str, warns: str, *scenes: Scene, status: str, **keywords: object
) -> Case:
    """Return the case of a step that warns, and goes on or is skipped."""
    kinds = NEEDED.get(step, ())
    made_file, (key, value) = product(step), status.split("=")

    def check() -> None:
        assert fits.getval(made_file, key) == value
        if value == "SKIPPED":
            unchanged(made_file, key)()

    scene = all_of(made(*kinds, **keywords), *scenes)
    words = (step, RAMP, *options(*kinds))
    return Case(f"{step}: {name}", words, "", scene, 0, made_file, check, warns)
