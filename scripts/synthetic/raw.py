"""Write raw exposures as they come down (Level1b), and flagged ramps for steps that come late."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from astropy.io import fits
from numpy.typing import NDArray

from synthetic.detector import Exposure, Readout, expose, outputs
from synthetic.flags import GROUP, PIXEL
from synthetic.headers import (
    Overrides,
    apply_overrides,
    asdf_hdu,
    exposure_cards,
    group_hdu,
    int_times_hdu,
)
from synthetic.modes import MODES, Mode
from synthetic.scenes import border_of, defects


@dataclass(frozen=True)
class Raw:
    """What a raw exposure holds.

    Attributes
    ----------
    integrations, groups : int
        In this file.
    frames, gap : int, optional
        NFRAMES and GROUPGAP, when not the mode's own.
    divisor : int, optional
        FRMDIVSR, when not NFRAMES.
    first : int, optional
        Number of the first integration, for a segment of a longer exposure.
    zero_frame, reference_output, tables : bool
        With ZEROFRAME; with REFOUT (MIRI); with GROUP and INT_TIMES.
    bright, hits, low, snowballs : float
        See `detector.Readout`.
    flagged : bool
        Not raw, but a float32 ramp with PIXELDQ and GROUPDQ: saturation, jumps, pixels without
        a good group or with gaps, the bias taken away.
    unusable : tuple of int
        Groups that a flagged ramp has as DO_NOT_USE in every pixel.
    loss : bool
        With CHARGELOSS in a flagged ramp.
    rate : {'', 'image', 'cube'}
        Not a ramp, but what ramp_fit makes of one: SCI, ERR, DQ and variances in two dimensions
        or, by integration, in three.
    """

    integrations: int = 1
    groups: int = 6
    frames: int | None = None
    gap: int | None = None
    divisor: int | None = None
    first: int | None = None
    zero_frame: bool = False
    reference_output: bool = False
    tables: bool = True
    bright: float = 0.03
    hits: float = 2e-3
    low: float = 2e-3
    snowballs: int = 0
    flagged: bool = False
    unusable: tuple[int, ...] = ()
    loss: bool = False
    rate: str = ""


def make_raw(
    path: Path,
    mode: str | Mode,
    *,
    shape: tuple[int, int] | None = None,
    corner: tuple[int, int] | None = None,
    raw: Raw = Raw(),
    keywords: Overrides | None = None,
    seed: int = 1,
) -> Path:
    """Write a raw exposure, or a flagged ramp; parameters as of `exposures.make_exposure`."""
    mode = MODES[mode] if isinstance(mode, str) else mode
    shape, corner = shape or mode.shape, corner or mode.corner
    frames = mode.frames if raw.frames is None else raw.frames
    gap = mode.gap if raw.gap is None else raw.gap
    rng = np.random.default_rng(seed)
    readout = Readout(
        raw.integrations, raw.groups, frames, gap, raw.bright, raw.hits, raw.low, raw.snowballs
    )  # fmt: skip
    exposure = expose(rng, mode, shape, corner, readout)
    here = mode._replace(frames=frames)
    size = exposure.science.shape
    header = fits.Header([fits.Card(*card) for card in exposure_cards(here, size, corner)])
    header["DATAMODL"] = "RampModel" if raw.flagged else "Level1bModel"
    header["FILENAME"] = path.name
    header["ZEROFRAM"] = raw.zero_frame
    header["GROUPGAP"] = gap
    header["FRMDIVSR"] = raw.divisor or frames
    header["TFRAME"] = mode.group_time / (frames + gap)
    header["NOUTPUTS"] = outputs(mode, shape)
    header["NSAMPLES"] = 1
    header["DRPFRMS1"] = 0
    if raw.first is not None:
        header["INTSTART"], header["INTEND"] = raw.first, raw.first + raw.integrations - 1
        header["NINTS"] = header["INTEND"] + 2
        header["EXSEGNUM"], header["EXSEGTOT"] = 2, 3
    apply_overrides(header, keywords or {})
    if raw.rate:
        header["DATAMODL"] = "ImageModel" if raw.rate == "image" else "CubeModel"
        hdus = _rates(rng, mode, corner, raw, exposure)
    elif raw.flagged:
        hdus = _flagged(rng, mode, corner, raw, exposure)
    else:
        hdus = [_image("SCI", _counts(exposure.science))]
    if raw.zero_frame:
        hdus.append(_zero_frame(rng, raw, exposure))
    if raw.reference_output:
        counts = rng.normal(12000, 6, (*size[:3], size[3] // 4)).astype(np.float32)
        hdus.append(_image("REFOUT", counts if raw.flagged else _counts(counts)))
    if raw.tables:
        hdus.append(group_hdu(raw.integrations, raw.groups, mode.group_time))
        hdus.append(int_times_hdu(raw.integrations, mode.group_time * raw.groups))
    hdus[0].header["BUNIT"] = ("DN", "physical units of the array values")
    fits.HDUList([fits.PrimaryHDU(header=header), *hdus, asdf_hdu()]).writeto(path, overwrite=True)
    return path


def _zero_frame(rng: np.random.Generator, raw: Raw, exposure: Exposure) -> fits.ImageHDU:
    """Return ZEROFRAME; zero means "no zero frame for this pixel"."""
    zero = exposure.zero
    zero[rng.random(zero.shape) < 0.01] = 0.0
    return _image("ZEROFRAME", zero if raw.flagged else _counts(zero))


def _flagged(
    rng: np.random.Generator, mode: Mode, corner: tuple[int, int], raw: Raw, exposure: Exposure
) -> list[fits.ImageHDU]:
    """Return SCI, PIXELDQ and GROUPDQ as they are after the dark current."""
    science = exposure.science - np.float32(900.0)
    shape = (science.shape[2], science.shape[3])
    bad = defects(
        rng, shape, border_of(mode.instrument), corner=corner, detector=mode.detector_shape
    )
    bad[rng.random(shape) < 2e-3] |= PIXEL["NO_GAIN_VALUE"] | PIXEL["DO_NOT_USE"]
    flags = np.zeros(science.shape, np.uint8)
    flags[:] = (bad & PIXEL["DO_NOT_USE"]).astype(np.uint8)
    flags[exposure.full] |= GROUP["SATURATED"]
    flags[exposure.hit & (flags == 0)] |= GROUP["JUMP_DET"]
    _spoil(rng, flags)
    if raw.loss:
        lost = GROUP["CHARGELOSS"] | GROUP["DO_NOT_USE"]
        begin = rng.integers(2, science.shape[1] + 20, shape)
        late = np.arange(science.shape[1])[:, np.newaxis, np.newaxis] >= begin
        flags[:, late] |= lost
    for group in raw.unusable:
        flags[:, group] |= GROUP["DO_NOT_USE"]
    return [_image("SCI", science), _image("PIXELDQ", bad), _image("GROUPDQ", flags)]


def _rates(
    rng: np.random.Generator, mode: Mode, corner: tuple[int, int], raw: Raw, exposure: Exposure
) -> list[fits.ImageHDU]:
    """Return slopes from the first to the last group, NaN where a pixel cannot be used."""
    rates = (exposure.science[:, -1] - exposure.science[:, 0]) / np.float32(mode.group_time)
    full = exposure.full[:, 0]
    if raw.rate == "image":
        rates, full = rates[0], full[0]
    bad = np.empty(rates.shape, np.uint32)
    bad[:] = defects(
        rng, rates.shape[-2:], border_of(mode.instrument), corner=corner,
        detector=mode.detector_shape,
    )  # fmt: skip
    bad[full] |= PIXEL["SATURATED"] | PIXEL["DO_NOT_USE"]
    rates[(bad & PIXEL["DO_NOT_USE"]) != 0] = np.nan
    poisson, read = np.abs(rates) / np.float32(40.0), np.full_like(rates, 0.3)
    arrays = {"SCI": rates, "ERR": np.sqrt(poisson + read), "DQ": bad}
    arrays |= {"VAR_POISSON": poisson, "VAR_RNOISE": read}
    return [_image(name, array) for name, array in arrays.items()]


def _spoil(rng: np.random.Generator, flags: NDArray[np.uint8]) -> None:
    """Flag, in place, ramps without a good group and ramps with gaps, persistence and jumps."""
    shape = (flags.shape[0], *flags.shape[2:])
    lost = rng.random(shape) < 0.01
    np.copyto(flags, flags | GROUP["DO_NOT_USE"], where=lost[:, np.newaxis])
    gaps = rng.random(shape)[:, np.newaxis] < 0.03
    for name, fraction in (("DO_NOT_USE", 0.3), ("JUMP_DET", 0.2), ("PERSISTENCE", 0.3)):
        drawn = gaps & (rng.random(flags.shape, np.float32) < fraction)
        flags[drawn] |= GROUP[name]
    low = rng.random(flags.shape, np.float32) < 1e-3
    flags[low] |= GROUP["AD_FLOOR"] | GROUP["DO_NOT_USE"]


def _counts(values: NDArray[np.float32]) -> NDArray[np.uint16]:
    return np.rint(values).clip(0, 65535).astype(np.uint16)


def _image(name: str, array: NDArray[np.generic]) -> fits.ImageHDU:
    return fits.ImageHDU(array, name=name)
