"""What both steps do to whole arrays, said in plain numpy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from astropy.io import fits

from strun.datamodels.dqflags import group, pixel

Window = tuple[slice, slice]


def decoded(hdus: fits.HDUList) -> np.ndarray:
    """Return the standard flags of a reference's DQ, through its DQ_DEF."""
    raw = hdus["DQ"].data
    if "DQ_DEF" not in hdus:
        return raw.astype(np.uint32)
    flags = np.zeros(raw.shape, np.uint32)
    for row in hdus["DQ_DEF"].data:
        flags[(raw & row["VALUE"]) != 0] |= np.uint32(pixel.get(row["NAME"].strip(), 0))
    return flags


def _flags_before(hdus: fits.HDUList) -> tuple[np.ndarray, np.ndarray]:
    shape = hdus["SCI"].shape
    if "PIXELDQ" in hdus:
        return hdus["PIXELDQ"].data.astype(np.uint32), hdus["GROUPDQ"].data.astype(np.uint8)
    return np.zeros(shape[-2:], np.uint32), np.zeros(shape, np.uint8)


def initialized(source: Path, mask: Path, window: Window) -> dict[str, np.ndarray]:
    """Return SCI, PIXELDQ and GROUPDQ after dq_init."""
    with fits.open(source) as hdus, fits.open(mask) as reference:
        flags = decoded(reference)[window]
        pixeldq, groupdq = _flags_before(hdus)
        bad = (flags & pixel["DO_NOT_USE"]).astype(np.uint8)
        data = hdus["SCI"].data.astype(np.float32)
    return {"SCI": data, "PIXELDQ": pixeldq | flags, "GROUPDQ": groupdq | bad}


def linearized(source: Path, linearity: Path, window: Window) -> dict[str, np.ndarray]:
    """Return SCI, PIXELDQ and GROUPDQ after linearity, for groups of one read."""
    with fits.open(source) as hdus, fits.open(linearity) as reference:
        coeffs = reference["COEFFS"].data[:, *window].astype(np.float32)
        flags = decoded(reference)[window]
        pixeldq, groupdq = _flags_before(hdus)
        data = hdus["SCI"].data.astype(np.float32)
    none = np.isnan(coeffs).any(axis=0) | (coeffs[1] == 0)
    flagged = (flags & pixel["NO_LIN_CORR"]) != 0
    kept = ((groupdq & group["SATURATED"]) != 0) | none | flagged
    with np.errstate(all="ignore"):
        right = coeffs[-1] * data
        for term in coeffs[-2:0:-1]:
            right = (right + term) * data
        right = right + coeffs[0]
    pixeldq |= flags | np.where(none & ~flagged, pixel["NO_LIN_CORR"], 0).astype(np.uint32)
    return {"SCI": np.where(kept, data, right), "PIXELDQ": pixeldq, "GROUPDQ": groupdq}
