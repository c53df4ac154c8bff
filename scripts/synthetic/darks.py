"""Write the references that follow the groups of an exposure: DARK, and RESET of MIRI."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from astropy.io import fits

from synthetic.headers import Overrides
from synthetic.large import write_image, write_small
from synthetic.modes import Mode
from synthetic.references import Shape, geometry, primary, quality, write
from synthetic.scenes import Floats, scattered


def make_reset(
    path: Path,
    mode: str | Mode,
    *,
    shape: Shape | None = None,
    corner: tuple[int, int] | None = None,
    integrations: int = 2,
    groups: int = 4,
    definitions: str = "permuted",
    spoiled: bool = True,
    keywords: Overrides | None = None,
    seed: int = 14,
) -> Path:
    """Write a RESET reference (MIRI): a decay in every integration, less in the later ones."""
    mode, shape, corner = geometry(mode, shape, corner)
    rng = np.random.default_rng(seed)
    values = np.empty((integrations, groups, *shape), np.float32)
    for integration, group in np.ndindex(integrations, groups):
        decay = 60.0 * np.exp(-0.7 * group) / (integration + 1)
        values[integration, group] = decay * (1.0 + 0.1 * rng.standard_normal(shape))
    if spoiled:
        values[rng.random(values.shape) < 1e-3] = np.nan
    bad = scattered(rng, shape, {"TELEGRAPH": 3e-3, "LOW_QE": 2e-3})
    counts: dict[str, Any] = {"NINTS": integrations, "NGROUPS": groups, "READPATT": mode.readpatt}
    hdus = [
        primary(path, mode, "RESET", shape, corner, {**counts, **(keywords or {})}),
        fits.ImageHDU(values, name="SCI"),
        *quality(bad, definitions),
    ]
    return write(path, hdus)


def make_dark(
    path: Path,
    mode: str | Mode,
    *,
    shape: Shape | None = None,
    corner: tuple[int, int] | None = None,
    frames: int = 1,
    gap: int = 0,
    groups: int = 20,
    integrations: int = 2,
    current: str = "scalar",
    definitions: str = "permuted",
    spoiled: bool = True,
    keywords: Overrides | None = None,
    seed: int = 16,
) -> Path:
    """Write a DARK reference in the memory of a few frames.

    Parameters
    ----------
    frames, gap, groups : int
        NFRAMES, GROUPGAP and NGROUPS.
    integrations : int
        Of MIRI's darks, which have four dimensions.
    current : {'none', 'scalar', 'image'}
        Average dark current: a keyword, or an image.
    """
    mode, shape, corner = geometry(mode, shape, corner)
    rng = np.random.default_rng(seed)
    miri = mode.instrument == "MIRI"
    bad = scattered(rng, shape, {"UNRELIABLE_DARK": 5e-3, "WARM": 3e-3})
    if miri:
        planes = [scattered(rng, shape, {"UNRELIABLE_DARK": 4e-3}) for _ in range(integrations)]
        bad = (bad | np.array(planes))[:, np.newaxis]
    model = {"MIRI": "DarkMIRIModel", "NIRSPEC": "DarkNirspecModel"}.get(mode.instrument)
    cards: dict[str, Any] = {"NFRAMES": frames, "GROUPGAP": gap, "NGROUPS": groups}
    cards |= {"NINTS": integrations if miri else 1, "READPATT": mode.readpatt}
    cards |= {"DATAMODL": model} if model else {}
    cards |= {"AVDRKCUR": 0.0079} if current == "scalar" else {}
    size = (integrations, groups, *shape) if miri else (groups, *shape)
    count = integrations * groups if miri else groups
    first = primary(path, mode, "DARK", shape, corner, {**cards, **(keywords or {})})
    with path.open("wb") as stream:
        stream.write(first.header.tostring().encode("ascii"))
        frames_ = _dark_frames(rng, shape, count, groups, spoiled=spoiled)
        write_image(stream, "SCI", -32, size, frames_)
        for hdu in quality(bad, definitions, names=("UNRELIABLE_DARK",)):
            write_small(stream, hdu)
        if current == "image":
            image = rng.uniform(0.0, 0.02, shape).astype(np.float32)
            write_small(stream, fits.ImageHDU(image, name="AVDRKCUR"))
    return path


def _dark_frames(
    rng: np.random.Generator, shape: Shape, count: int, groups: int, *, spoiled: bool
) -> Iterator[Floats]:
    """Return big-endian frames of a current that adds up within each integration."""
    rate = rng.gamma(2.0, 0.05, shape).astype(np.float32)
    rate[rng.random(shape) < 2e-3] = 40.0
    for number in range(count):
        frame = rate * np.float32(number % groups + 1)
        frame += 0.3 * rng.standard_normal(shape, np.float32)
        if spoiled:
            frame[rng.integers(shape[0], size=5), rng.integers(shape[1], size=5)] = np.nan
        yield frame.byteswap(inplace=True)
