"""Small references of every kind, and exposures that steps from the raw file to the rates take."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from astropy.io import fits
from factories import (
    CORNER,
    REFERENCE_SIZE,
    SIZE,
    make_image,
    make_linearity,
    make_mask,
    make_ramp,
    reference_header,
    remembered,
)

DETECTOR1 = {
    "dq_init": ("mask",),
    "saturation": ("saturation",),
    "ipc": ("ipc",),
    "reset": ("reset",),
    "linearity": ("linearity",),
    "rscd": ("rscd",),
    "dark_current": ("dark",),
    "jump": ("gain", "readnoise"),
    "ramp_fit": ("gain", "readnoise"),
    "gain_scale": ("gain",),
}
"""Kinds of references by the steps of calwebb_detector1."""

_SAID = {
    "SUBARRAY": "SUB64",
    "READPATT": "FASTR1",
    "GROUPGAP": 0,
    "FRMDIVSR": 1,
    "TGROUP": 2.775,
    "TFRAME": 2.775,
    "DRPFRMS1": 0,
    "FASTAXIS": 1,
    "SLOWAXIS": 2,
    "NOUTPUTS": 4,
    "EXPSTART": 59761.0,
    "EFFINTTM": 13.875,
}
_HERE = {"SUBSTRT1": CORNER[0], "SUBSTRT2": CORNER[1]}


def make_exposure(path: Path, **keywords: Any) -> Path:  # noqa: ANN401
    """Write an exposure of MIRI, two integrations of five groups, that all steps can take."""
    return make_ramp(path, **(_SAID | keywords))


Content = Callable[[np.random.Generator, tuple[int, int]], np.ndarray]


def _image(value: float) -> Content:
    return lambda rng, size: value * rng.normal(1, 0.02, size)


_CONTENTS: dict[str, Content] = {
    "saturation": _image(9000.0),
    "superbias": _image(5.0),
    "gain": _image(2.0),
    "readnoise": _image(8.0),
    "ipc": lambda rng, size: np.pad([[0.98]], 1, constant_values=0.0025),
    "reset": lambda rng, size: rng.normal(3, 1, (2, 3, *size)),
    "dark": lambda rng, size: np.cumsum(rng.normal(1, 0.1, (2, 8, *size)), axis=1),
}
_FLAGGED = ("saturation", "superbias", "reset", "dark")


@remembered
def make_of_kind(
    path: Path,
    kind: str,
    size: tuple[int, int] = SIZE,
    cover: tuple[int, int] = REFERENCE_SIZE,
    **keywords: Any,  # noqa: ANN401
) -> Path:
    """
    Write a reference of a kind.

    Those that are never cut are of the exposures' subarray and `size`, others `cover` it.
    """
    if kind in ("mask", "linearity"):
        return (make_mask if kind == "mask" else make_linearity)(path, size=cover, **keywords)
    if kind == "rscd":
        return _make_rscd(path, **keywords)
    where = size if kind in ("dark", "reset") else cover
    data = _CONTENTS[kind](np.random.default_rng(17), where)
    said: dict[str, Any] = {"NFRAMES": 1, "GROUPGAP": 0} if kind == "dark" else {}
    said |= _HERE if kind in ("dark", "reset") else {}
    flags = None
    if kind in _FLAGGED:
        # MIRI's darks have flags by integration
        shape = (2, 1, *size) if kind == "dark" else data.shape[-2:]
        flags = np.random.default_rng(18).integers(0, 2, shape).astype(np.uint32)
    make_image(path, kind.upper(), data, flags, ("OTHER_BAD_PIXEL",), **(said | keywords))
    return path


@remembered
def _make_rscd(path: Path, **keywords: Any) -> Path:  # noqa: ANN401
    columns = [
        ("subarray", "S17"),
        ("readpatt", "S12"),
        ("group_skip1", "i4"),
        ("group_skip", "i4"),
    ]
    rows = np.array([("FULL", "FASTR1", 9, 9), ("SUB64", "FASTR1", 1, 1)], columns)
    table = fits.BinTableHDU(rows, name="RSCD_GROUP_SKIP")
    header = reference_header("RSCD", REFERENCE_SIZE, **keywords)
    fits.HDUList([header, table]).writeto(path, overwrite=True)
    return path


def options(*kinds: str, step: str = "") -> tuple[str, ...]:
    """Return the options that give references, of a step or of a step of a pipeline."""
    start = f"--steps.{step}." if step else "--"
    return tuple(word for kind in kinds for word in (f"{start}override_{kind}", f"{kind}.fits"))


def make_references(
    folder: Path, size: tuple[int, int] = SIZE, cover: tuple[int, int] = REFERENCE_SIZE
) -> list[str]:
    """Write what calwebb_detector1 needs; return the options that give it, with whole paths."""
    kinds = {kind for needed in DETECTOR1.values() for kind in needed}
    paths = {k: make_of_kind(folder / f"{k}.fits", k, size, cover) for k in kinds}
    return [
        f"--steps.{step}.override_{kind}={paths[kind]}"
        for step, needed in DETECTOR1.items()
        for kind in needed
    ]
