"""Write the references of the other steps on ramps: SATURATION, SUPERBIAS, DARK, GAIN ..."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from astropy.io import fits

from synthetic.darks import make_dark, make_reset
from synthetic.detector import WELL, bias_image
from synthetic.headers import Overrides
from synthetic.modes import Mode
from synthetic.references import (
    Shape,
    geometry,
    make_linearity,
    make_mask,
    primary,
    quality,
    write,
)
from synthetic.scenes import scattered

# Every maker takes what `references.make_mask` takes: path, mode, shape, corner, keywords, seed,
# and `definitions` where the format has a DQ_DEF. `spoiled` puts NaN and bad values in.


def make_saturation(
    path: Path,
    mode: str | Mode,
    *,
    shape: Shape | None = None,
    corner: tuple[int, int] | None = None,
    definitions: str = "permuted",
    spoiled: bool = True,
    keywords: Overrides | None = None,
    seed: int = 11,
) -> Path:
    """Write a SATURATION reference: thresholds below the full well of `detector.expose`.

    Spoiled ones have NaN, pixels flagged NO_SAT_CHECK, and thresholds far too low.
    """
    mode, shape, corner = geometry(mode, shape, corner)
    rng = np.random.default_rng(seed)
    thresholds = (0.95 * WELL * (1.0 + 0.02 * rng.standard_normal(shape))).astype(np.float32)
    bad = scattered(rng, shape, {"NO_SAT_CHECK": 5e-3, "DEAD": 2e-3, "OTHER_BAD_PIXEL": 2e-3})
    if spoiled:
        thresholds[rng.random(shape) < 5e-3] = np.nan
        low = rng.random(shape) < 5e-3
        thresholds[low] = rng.uniform(800.0, 3000.0, low.sum()).astype(np.float32)
    hdus = [
        primary(path, mode, "SATURATION", shape, corner, keywords),
        fits.ImageHDU(thresholds, name="SCI"),
        *quality(bad, definitions, names=("NO_SAT_CHECK",)),
    ]
    return write(path, hdus)


def make_superbias(
    path: Path,
    mode: str | Mode,
    *,
    shape: Shape | None = None,
    corner: tuple[int, int] | None = None,
    definitions: str = "permuted",
    spoiled: bool = True,
    keywords: Overrides | None = None,
    seed: int = 12,
) -> Path:
    """Write a SUPERBIAS reference: the bias of `detector.expose` with a noise of 1 DN."""
    mode, shape, corner = geometry(mode, shape, corner)
    rng = np.random.default_rng(seed)
    bias = bias_image(shape, corner) + rng.standard_normal(shape, np.float32)
    bad = scattered(rng, shape, {"UNRELIABLE_BIAS": 5e-3, "HOT": 2e-3})
    if spoiled:
        bias[rng.random(shape) < 3e-3] = np.nan
    hdus = [
        primary(path, mode, "SUPERBIAS", shape, corner, keywords),
        fits.ImageHDU(bias, name="SCI"),
        *quality(bad, definitions, names=("UNRELIABLE_BIAS",)),
        fits.ImageHDU(np.ones(shape, np.float32), name="ERR"),
    ]
    return write(path, hdus)


def make_ipc(
    path: Path,
    mode: str | Mode,
    *,
    shape: Shape | None = None,
    corner: tuple[int, int] | None = None,
    kernel: tuple[int, int] = (3, 3),
    by_pixel: bool = False,
    keywords: Overrides | None = None,
    seed: int = 13,
) -> Path:
    """Write an IPC reference: a kernel for all pixels, or one of its own for each (4-D)."""
    mode, shape, corner = geometry(mode, shape, corner)
    rng = np.random.default_rng(seed)
    size = (*kernel, *shape) if by_pixel else kernel
    values = (-0.006 * (1.0 + 0.3 * rng.standard_normal(size))).astype(np.float32)
    middle = kernel[0] // 2, kernel[1] // 2
    values[middle] = 0.0
    values[middle] = 1.0 - values.sum(axis=(0, 1))
    hdus = [
        primary(path, mode, "IPC", shape, corner, keywords),
        fits.ImageHDU(values, name="SCI"),
    ]
    return write(path, hdus)


def make_rscd(
    path: Path,
    mode: str | Mode,
    *,
    shape: Shape | None = None,
    corner: tuple[int, int] | None = None,
    skip: tuple[int, int] = (4, 3),
    row: bool = True,
    keywords: Overrides | None = None,
    seed: int = 15,
) -> Path:
    """Write a RSCD reference (MIRI): groups to skip in the first and in later integrations.

    `row` says whether the table has one for the subarray and read pattern of the mode.
    """
    mode, shape, corner = geometry(mode, shape, corner)
    rng = np.random.default_rng(seed)
    rows = [(name, "FAST", *rng.integers(1, 9, 2)) for name in ("FULL", "BRIGHTSKY", "SUB256")]
    if row:
        rows.insert(1, (mode.subarray, mode.readpatt, *skip))
    names = ("subarray", "readpatt", "group_skip1", "group_skip")
    columns = [
        fits.Column(name, form, array=np.array(values))
        for name, form, values in zip(
            names, ("17A", "12A", "J", "J"), zip(*rows, strict=True), strict=True
        )
    ]
    table = fits.BinTableHDU.from_columns(columns, name="RSCD_GROUP_SKIP")
    return write(path, [primary(path, mode, "RSCD", shape, corner, keywords), table])


def make_gain(
    path: Path,
    mode: str | Mode,
    *,
    shape: Shape | None = None,
    corner: tuple[int, int] | None = None,
    factor: float | None = None,
    spoiled: bool = True,
    keywords: Overrides | None = None,
    seed: int = 17,
) -> Path:
    """Write a GAIN reference, with GAINFACT where a `factor` is given."""
    mode, shape, corner = geometry(mode, shape, corner)
    rng = np.random.default_rng(seed)
    gain = (2.0 * (1.0 + 0.03 * rng.standard_normal(shape))).astype(np.float32)
    if spoiled:
        for value in (0.0, -1.0, np.nan):
            gain[rng.random(shape) < 2e-3] = value
    cards: dict[str, Any] = {"GAINFACT": factor, "BUNIT": "electrons/DN", **(keywords or {})}
    hdus = [primary(path, mode, "GAIN", shape, corner, cards), fits.ImageHDU(gain, name="SCI")]
    return write(path, hdus)


def make_readnoise(
    path: Path,
    mode: str | Mode,
    *,
    shape: Shape | None = None,
    corner: tuple[int, int] | None = None,
    spoiled: bool = True,
    keywords: Overrides | None = None,
    seed: int = 18,
) -> Path:
    """Write a READNOISE reference: DN of a pair of reads, a few pixels far too noisy or zero."""
    mode, shape, corner = geometry(mode, shape, corner)
    rng = np.random.default_rng(seed)
    noise = (8.5 * (1.0 + 0.1 * rng.standard_normal(shape))).astype(np.float32)
    if spoiled:
        noise[rng.random(shape) < 3e-3] *= 20.0
        noise[rng.random(shape) < 1e-3] = 0.0
    hdus = [
        primary(path, mode, "READNOISE", shape, corner, {"BUNIT": "DN", **(keywords or {})}),
        fits.ImageHDU(noise, name="SCI"),
    ]
    return write(path, hdus)


REFERENCES: dict[str, Callable[..., Path]] = {
    "mask": make_mask,
    "linearity": make_linearity,
    "saturation": make_saturation,
    "superbias": make_superbias,
    "ipc": make_ipc,
    "reset": make_reset,
    "rscd": make_rscd,
    "dark": make_dark,
    "gain": make_gain,
    "readnoise": make_readnoise,
}
"""Makers by reference type."""
