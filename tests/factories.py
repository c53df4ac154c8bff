"""Small exposures and references, made with astropy and numpy alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import numpy as np
from astropy.io import fits

from strun.datamodels.dqflags import group, pixel

CORNER = (11, 21)
"""SUBSTRT1 and SUBSTRT2 of the exposures."""

SIZE = (12, 16)
"""Rows and columns of the exposures."""

REFERENCE_SIZE = (64, 80)
"""Rows and columns of the references, whose corner is (1, 1)."""


# a larger file is made anew
_KEPT = 1 << 20


def remembered(make: Callable[..., Path]) -> Callable[..., Path]:
    """Let a function that makes a file write the bytes of an earlier call with the same words."""
    kept: dict[str, bytes] = {}

    @wraps(make)
    def made(path: Path, *words: Any, **how: Any) -> Path:  # noqa: ANN401
        key = repr((words, sorted(how.items())))
        if key in kept:
            # a file of this name may have other names, too
            path.unlink(missing_ok=True)
            path.write_bytes(kept[key])
        else:
            make(path, *words, **how)
            if _plain((words, *how.values())) and path.stat().st_size <= _KEPT:
                kept[key] = path.read_bytes()
        return path

    return made


def _plain(value: object) -> bool:
    """Return whether two values are the same when they look the same."""
    if isinstance(value, tuple):
        return all(map(_plain, value))
    return value is None or type(value) in (str, int, float, bool)


def window() -> tuple[slice, slice]:
    """Return the rows and columns of a reference that an exposure covers."""
    x, y = CORNER[0] - 1, CORNER[1] - 1
    return slice(y, y + SIZE[0]), slice(x, x + SIZE[1])


def primary(**keywords: Any) -> fits.PrimaryHDU:  # noqa: ANN401
    """Return a primary HDU of a MIRI exposure."""
    hdu = fits.PrimaryHDU()
    values = {
        "TELESCOP": "JWST",
        "INSTRUME": "MIRI",
        "DETECTOR": "MIRIMAGE",
        "FILTER": "F1130W",
        "EXP_TYPE": "MIR_IMAGE",
        "DATE-OBS": "2022-07-01",
        "TIME-OBS": "00:00:00.000",
        "NFRAMES": 1,
        "DATAMODL": "RampModel",
    }
    for name, value in (values | keywords).items():
        if value is not None:
            hdu.header[name] = value
    return hdu


@remembered
def make_ramp(
    path: Path,
    *,
    shape: tuple[int, int, int, int] = (2, 5, *SIZE),
    dtype: str = "float32",
    flags: bool = True,
    extra: tuple[fits.ImageHDU, ...] = (),
    **keywords: Any,  # noqa: ANN401
) -> Path:
    """Write an exposure whose samples grow, with some of them saturated."""
    rng = np.random.default_rng(7)
    place = {"SUBSTRT1": CORNER[0], "SUBSTRT2": CORNER[1]}
    place |= {"SUBSIZE1": shape[3], "SUBSIZE2": shape[2]}
    data = np.cumsum(rng.integers(1, 2000, shape), axis=1)
    hdus = [primary(**(place | keywords)), fits.ImageHDU(data.astype(dtype), name="SCI")]
    if flags:
        groupdq = np.where(data > 6000, group["SATURATED"], group["GOOD"]).astype(np.uint8)
        pixeldq = np.where(rng.random(shape[2:]) < 0.1, pixel["HOT"], 0).astype(np.uint32)
        hdus += [fits.ImageHDU(pixeldq, name="PIXELDQ"), fits.ImageHDU(groupdq, name="GROUPDQ")]
    fits.HDUList([*hdus, *extra]).writeto(path, overwrite=True)
    return path


def dq_def(*names: str) -> fits.BinTableHDU:
    """Return a DQ_DEF table that gives the lowest bits these names, in order."""
    kinds = [("BIT", "u4"), ("VALUE", "u4"), ("NAME", "S40"), ("DESCRIPTION", "S80")]
    rows = [(bit, 1 << bit, name, "") for bit, name in enumerate(names)]
    return fits.BinTableHDU(np.array(rows, kinds), name="DQ_DEF")


def reference_header(reftype: str, shape: tuple[int, ...], **keywords: Any) -> fits.PrimaryHDU:  # noqa: ANN401
    """Return the primary HDU of a reference."""
    place = {"SUBSTRT1": 1, "SUBSTRT2": 1, "SUBSIZE1": shape[-1], "SUBSIZE2": shape[-2]}
    kind = {"REFTYPE": reftype, "DATAMODL": None, "EXP_TYPE": None}
    return primary(**(kind | place | keywords))


def make_image(
    path: Path,
    reftype: str,
    values: np.ndarray,
    dq: np.ndarray | None = None,
    names: tuple[str, ...] = (),
    **keywords: Any,  # noqa: ANN401
) -> str:
    """Write a reference of an image, and of flags, whose bits are named by `names`."""
    image = fits.ImageHDU(values.astype(np.float32), name="SCI")
    hdus = [reference_header(reftype, values.shape, **keywords), image]
    if dq is not None:
        hdus += [fits.ImageHDU(dq, name="DQ"), dq_def(*names)]
    fits.HDUList(hdus).writeto(path, overwrite=True)
    return str(path)


@remembered
def make_mask(
    path: Path,
    *,
    names: tuple[str, ...] = ("HOT", "DO_NOT_USE", "DEAD"),
    size: tuple[int, int] = REFERENCE_SIZE,
    **keywords: Any,  # noqa: ANN401
) -> Path:
    """Write a mask whose bits are named by `names`; without names they are as they are."""
    dq = np.random.default_rng(8).integers(0, 8, size).astype(np.uint32)
    hdus = [reference_header("MASK", dq.shape, **keywords), fits.ImageHDU(dq, name="DQ")]
    if names:
        hdus.append(dq_def(*names))
    fits.HDUList(hdus).writeto(path, overwrite=True)
    return path


@remembered
def make_linearity(
    path: Path,
    *,
    terms: int = 4,
    inverse: int = 0,
    size: tuple[int, int] = REFERENCE_SIZE,
    **keywords: Any,  # noqa: ANN401
) -> Path:
    """Write a linearity reference with flagged, NaN and zero pixels."""
    rng = np.random.default_rng(9)
    dq = np.where(rng.random(size) < 0.1, 2, 0).astype(np.uint32)
    hdus = [
        reference_header("LINEARITY", size, **keywords),
        fits.ImageHDU(coefficients(rng, terms, size), name="COEFFS"),
        fits.ImageHDU(dq, name="DQ"),
        dq_def("DO_NOT_USE", "NO_LIN_CORR"),
    ]
    if inverse:
        hdus.append(fits.ImageHDU(coefficients(rng, inverse, size), name="INV_COEFFS"))
    fits.HDUList(hdus).writeto(path, overwrite=True)
    return path


def coefficients(rng: np.random.Generator, terms: int, size: tuple[int, int]) -> np.ndarray:
    """Return polynomials close to the identity; some have a NaN, some no linear term."""
    scale = 10.0 ** (-5.0 * np.arange(terms))
    coeffs = rng.normal(0, 1, (terms, *size)) * scale[:, None, None]
    coeffs[1] = 1 + rng.normal(0, 0.01, size)
    draw = rng.random(size)
    coeffs[-1, draw < 0.05] = np.nan
    coeffs[1, draw > 0.95] = 0
    return coeffs.astype(np.float32)
