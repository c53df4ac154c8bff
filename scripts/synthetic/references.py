"""Write synthetic reference files: MASK, LINEARITY, and plain ones for jwst's next steps."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from astropy.io import fits

from synthetic.flags import PIXEL
from synthetic.headers import Overrides, apply_overrides, reference_cards
from synthetic.modes import MODES, Mode
from synthetic.scenes import BEND, border_of, defects

Shape = tuple[int, int]
HDUs = list[fits.PrimaryHDU | fits.ImageHDU | fits.BinTableHDU]

DATA_MODELS = {
    "MASK": "MaskModel",
    "LINEARITY": "LinearityModel",
    "SATURATION": "SaturationModel",
    "SUPERBIAS": "SuperBiasModel",
    "IPC": "IPCModel",
    "RESET": "ResetModel",
    "RSCD": "RSCDModel",
    "DARK": "DarkModel",
    "GAIN": "GainModel",
    "READNOISE": "ReadnoiseModel",
}


def make_mask(
    path: Path,
    mode: str | Mode,
    *,
    shape: Shape | None = None,
    corner: tuple[int, int] | None = None,
    definitions: str = "permuted",
    dtype: str = "uint32",
    keywords: Overrides | None = None,
    seed: int = 2,
) -> Path:
    """Write a MASK reference.

    Parameters
    ----------
    path : Path
        The file to write.
    mode : str or Mode
        Instrument and detector it is for.
    shape, corner : tuple of int, optional
        Rows and columns, and SUBSTRT1 and SUBSTRT2; the whole detector when not given.
    definitions : {'none', 'standard', 'permuted', 'unknown', 'shared'}
        DQ_DEF: absent; the standard bits; other bits; with names that no standard knows; with
        names that share bits, a bit without a name, and a value of several bits.
    dtype : str
        Of DQ as stored.
    keywords : mapping, optional
        Primary keywords to change; None takes one away.
    seed : int
        Of the random numbers.
    """
    mode, shape, corner = geometry(mode, shape, corner)
    place = {"corner": corner, "detector": mode.detector_shape}
    bad = defects(np.random.default_rng(seed), shape, border_of(mode.instrument), **place)
    hdus = [primary(path, mode, "MASK", shape, corner, keywords)]
    return write(path, [*hdus, *quality(bad, definitions, dtype)])


def make_linearity(
    path: Path,
    mode: str | Mode,
    *,
    shape: Shape | None = None,
    corner: tuple[int, int] | None = None,
    terms: int = 5,
    inverse_terms: int = 0,
    definitions: str = "permuted",
    spoiled: bool = True,
    dq: str = "full",
    dtype: str = "float32",
    keywords: Overrides | None = None,
    seed: int = 3,
) -> Path:
    """Write a LINEARITY reference: coefficients that undo the bend of `scenes.ramps`.

    Parameters are those of `make_mask`, and

    terms : int
        Number of coefficients, 2 to 10.
    inverse_terms : int
        Number of coefficients in INV_COEFFS; 0 leaves it away.
    spoiled : bool
        With NaN coefficients, zero linear terms and pixels flagged NO_LIN_CORR.
    dq : {'full', 'zeros', 'none'}
        'zeros' writes DQ without a flag, 'none' neither DQ nor DQ_DEF.
    dtype : str
        Of the coefficients as stored.
    """
    mode, shape, corner = geometry(mode, shape, corner)
    rng = np.random.default_rng(seed)
    coefficients = _coefficients(rng, shape, terms, 1.0)
    place = {"corner": corner, "detector": mode.detector_shape}
    bad = defects(rng, shape, border_of(mode.instrument), **place)
    bad &= ~np.uint32(PIXEL["DO_NOT_USE"])
    if spoiled:
        _spoil(rng, coefficients, bad)
    hdus = [
        primary(path, mode, "LINEARITY", shape, corner, keywords),
        fits.ImageHDU(coefficients.astype(dtype), name="COEFFS"),
    ]
    if inverse_terms:
        inverse = _coefficients(rng, shape, inverse_terms, -1.0)
        if spoiled:
            inverse[1, rng.random(shape) < 1e-3] = 0.0
        hdus.append(fits.ImageHDU(inverse.astype(dtype), name="INV_COEFFS"))
    if dq != "none":
        flags = bad if dq == "full" else np.zeros_like(bad)
        hdus.extend(quality(flags, definitions, "uint32"))
    return write(path, hdus)


def make_plain_reference(
    path: Path, kind: str, mode: str | Mode, value: float, *, shape: Shape, corner: tuple[int, int]
) -> Path:
    """Write a reference of `kind` with the same `value` in every pixel (SATURATION, GAIN ...)."""
    mode, shape, corner = geometry(mode, shape, corner)
    hdus = [
        primary(path, mode, kind, shape, corner, None),
        fits.ImageHDU(np.full(shape, value, np.float32), name="SCI"),
        fits.ImageHDU(np.zeros(shape, np.uint32), name="DQ"),
    ]
    return write(path, hdus)


def definition_table(definitions: str) -> list[tuple[int, str]]:
    """Return (value, name) of the rows of a DQ_DEF table."""
    permuted = [
        "DEAD",
        "REFERENCE_PIXEL",
        "HOT",
        "TELEGRAPH",
        "DO_NOT_USE",
        "WARM",
        "RC",
        "NO_LIN_CORR",
        "LOW_QE",
        "UNRELIABLE_SLOPE",
        "OTHER_BAD_PIXEL",
    ]
    if definitions == "standard":
        return [(value, name) for name, value in PIXEL.items()]
    rows = [(1 << bit, name) for bit, name in enumerate(permuted)]
    if definitions == "unknown":
        return [*rows[:3], (1 << 14, "CMIMF"), *rows[3:], (1 << 20, "UNRELIABLE_RESET")]
    if definitions == "shared":
        # HOT also means NONLINEAR here, and any of the two lowest bits BAD_REF_PIXEL.
        return [*rows[:-1], (rows[2][0], "NONLINEAR"), (3, "BAD_REF_PIXEL"), (1 << 31, "OPEN")]
    return rows


def geometry(
    mode: str | Mode, shape: Shape | None, corner: tuple[int, int] | None
) -> tuple[Mode, Shape, tuple[int, int]]:
    """Return mode, shape and corner, with the whole detector where none are given."""
    mode = MODES[mode] if isinstance(mode, str) else mode
    return mode, shape or mode.detector_shape, corner or (1, 1)


def primary(
    path: Path,
    mode: Mode,
    kind: str,
    shape: Shape,
    corner: tuple[int, int],
    keywords: Overrides | None,
) -> fits.PrimaryHDU:
    """Return the primary HDU of a reference of `kind`."""
    header = fits.Header([fits.Card(*card) for card in reference_cards(mode, kind, shape, corner)])
    header["FILENAME"] = path.name
    header["DATAMODL"] = DATA_MODELS.get(kind, "")
    apply_overrides(header, keywords or {})
    return fits.PrimaryHDU(header=header)


def quality(
    bad: np.ndarray, definitions: str, dtype: str = "uint32", names: tuple[str, ...] = ()
) -> list[fits.ImageHDU | fits.BinTableHDU]:
    """Return DQ, encoded as DQ_DEF says, and DQ_DEF; `names` are flags that it also has."""
    if definitions == "none":
        return [fits.ImageHDU(bad.astype(dtype), name="DQ")]
    rows = definition_table(definitions)
    if definitions != "standard":
        rows += [(1 << bit, name) for bit, name in enumerate(names, 26)]
    stored = np.zeros(bad.shape, np.uint32)
    for value, name in rows:
        if name in PIXEL:
            stored[(bad & PIXEL[name]) != 0] |= value
    if dtype == "uint32" and definitions != "standard":
        # A bit without a name, which must not get through.
        stored[::7, ::5] |= 1 << 25
    columns = [
        fits.Column("BIT", "J", array=np.array([v.bit_length() - 1 for v, _ in rows], np.int32)),
        fits.Column("VALUE", "J", bzero=2**31, array=np.array([v for v, _ in rows], np.uint32)),
        fits.Column("NAME", "40A", array=np.array([name for _, name in rows])),
        fits.Column("DESCRIPTION", "80A", array=np.array([f"flag {n}" for _, n in rows])),
    ]
    table = fits.BinTableHDU.from_columns(columns, name="DQ_DEF")
    return [fits.ImageHDU(stored.astype(dtype), name="DQ"), table]


def _coefficients(rng: np.random.Generator, shape: Shape, terms: int, sign: float) -> np.ndarray:
    """Return (terms, rows, cols): x + BEND x^2 + ..., 5 % different from pixel to pixel.

    The terms after the quadratic one fall so fast that each is below 2 % at the full well.
    """
    coefficients = np.empty((terms, *shape), np.float64)
    for power in range(terms):
        size = {0: 0.5, 1: 1.0, 2: BEND}.get(power, 0.02 * 60000.0 ** (1 - power))
        coefficients[power] = size * (1.0 + 0.05 * rng.standard_normal(shape))
    coefficients[1] = 1.0 + 0.002 * rng.standard_normal(shape)
    coefficients[2:] *= sign
    return coefficients


def _spoil(rng: np.random.Generator, coefficients: np.ndarray, bad: np.ndarray) -> None:
    """Put NaN, zero linear terms and NO_LIN_CORR flags in, in place, some on the same pixels."""
    rows, cols = bad.shape
    count = max(rows * cols // 300, 4)
    for power in range(coefficients.shape[0]):
        where = rng.integers(rows, size=count // 4 + 1), rng.integers(cols, size=count // 4 + 1)
        coefficients[(power, *where)] = np.nan
    coefficients[1][rng.integers(rows, size=count), rng.integers(cols, size=count)] = 0.0
    coefficients[:, rng.integers(rows, size=count), rng.integers(cols, size=count)] = 0.0
    bad[rng.random(bad.shape) < 1.0 / 300.0] |= PIXEL["NO_LIN_CORR"]


def write(path: Path, hdus: HDUs) -> Path:
    """Write the HDUs, in place of an older file."""
    fits.HDUList(hdus).writeto(path, overwrite=True)
    return path
