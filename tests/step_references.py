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
    dq_def,
    make_linearity,
    make_mask,
    make_ramp,
    reference_header,
)

__all__ = ["make_exposure", "make_of_kind", "options"]

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


def _image(value: float) -> Callable[[np.random.Generator], np.ndarray]:
    return lambda rng: value * rng.normal(1, 0.02, REFERENCE_SIZE)


_CONTENTS: dict[str, Callable[[np.random.Generator], np.ndarray]] = {
    "saturation": _image(9000.0),
    "superbias": _image(5.0),
    "gain": _image(2.0),
    "readnoise": _image(8.0),
    "ipc": lambda rng: np.pad([[0.98]], 1, constant_values=0.0025),
    "reset": lambda rng: rng.normal(3, 1, (2, 3, *SIZE)),
    "dark": lambda rng: np.cumsum(rng.normal(1, 0.1, (2, 8, *SIZE)), axis=1),
}
_FLAGGED = ("saturation", "superbias", "reset", "dark")


def make_of_kind(path: Path, kind: str, **keywords: Any) -> Path:  # noqa: ANN401
    """Write a reference of a kind; those that are never cut are of the exposures' subarray."""
    if kind in ("mask", "linearity"):
        return (make_mask if kind == "mask" else make_linearity)(path, **keywords)
    if kind == "rscd":
        return _make_rscd(path, **keywords)
    data = _CONTENTS[kind](np.random.default_rng(17)).astype(np.float32)
    said: dict[str, Any] = {"NFRAMES": 1, "GROUPGAP": 0} if kind == "dark" else {}
    said |= _HERE if kind in ("dark", "reset") else {}
    header = reference_header(kind.upper(), data.shape, **(said | keywords))
    hdus = [header, fits.ImageHDU(data, name="SCI")]
    if kind in _FLAGGED:
        # MIRI's darks have flags by integration
        shape = (2, 1, *SIZE) if kind == "dark" else data.shape[-2:]
        flags = np.random.default_rng(18).integers(0, 2, shape).astype(np.uint32)
        hdus += [fits.ImageHDU(flags, name="DQ"), dq_def("OTHER_BAD_PIXEL")]
    fits.HDUList(hdus).writeto(path, overwrite=True)
    return path


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
