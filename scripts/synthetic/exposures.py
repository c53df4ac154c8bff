"""Write synthetic exposures: ramps of any mode, with any set of HDUs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from astropy.io import fits

from synthetic.headers import (
    Overrides,
    add_user_cards,
    apply_overrides,
    asdf_hdu,
    exposure_cards,
    group_hdu,
    int_times_hdu,
)
from synthetic.modes import MODES, Mode
from synthetic.scenes import border_of, count_rate, defects, group_flags, odd_values, ramps

OPTIONAL = (
    "PIXELDQ",
    "GROUPDQ",
    "ERR",
    "DQ",
    "ZEROFRAME",
    "REFOUT",
    "GROUP",
    "INT_TIMES",
    "UNKNOWN",
    "ASDF",
)


@dataclass(frozen=True)
class Content:
    """What an exposure file holds.

    Attributes
    ----------
    integrations, groups : int
        Length of the ramps.
    dtype : str
        Of SCI: float32, or uint16 (an _uncal file, written with BZERO), or another one.
    hdus : tuple of str
        Names out of `OPTIONAL`; UNKNOWN is an image and a table that no schema knows.
    shapes : mapping of str to tuple of int
        Wrong shapes to give to PIXELDQ, GROUPDQ, DQ, ERR (filled with ones).
    odd : bool
        Put NaN payloads, infinities and denormals into SCI and ZEROFRAME.
    user_cards : bool
        Add unknown keywords, COMMENT and HISTORY to the primary header.
    """

    integrations: int = 1
    groups: int = 5
    dtype: str = "float32"
    hdus: tuple[str, ...] = ("PIXELDQ", "GROUPDQ", "ASDF")
    shapes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    odd: bool = False
    user_cards: bool = False


def make_exposure(
    path: Path,
    mode: str | Mode,
    *,
    shape: tuple[int, int] | None = None,
    corner: tuple[int, int] | None = None,
    content: Content = Content(),
    keywords: Overrides | None = None,
    seed: int = 1,
) -> Path:
    """Write an exposure.

    Parameters
    ----------
    path : Path
        The file to write; an older one is replaced.
    mode : str or Mode
        One of `MODES`.
    shape : tuple of int, optional
        Rows and columns, when not the mode's own.
    corner : tuple of int, optional
        SUBSTRT1 and SUBSTRT2, when not the mode's own.
    content : Content
        What is in the file.
    keywords : mapping, optional
        Primary keywords to change; None takes one away.
    seed : int
        Of the random numbers.
    """
    mode = MODES[mode] if isinstance(mode, str) else mode
    rng = np.random.default_rng(seed)
    frame = shape or mode.shape
    rate = count_rate(rng, frame)
    ramp = ramps(rng, rate, content.integrations, content.groups)
    here = mode._replace(corner=corner or mode.corner)
    header = fits.Header(
        [fits.Card(*card) for card in exposure_cards(here, ramp.shape, here.corner)]
    )
    header["DATAMODL"] = _model_name(mode, content)
    header["FILENAME"] = path.name
    if "ZEROFRAME" in content.hdus:
        header["ZEROFRAM"] = True
    if content.user_cards:
        add_user_cards(header)
    apply_overrides(header, keywords or {})
    hdus = [fits.PrimaryHDU(header=header), *_extensions(rng, here, content, ramp)]
    fits.HDUList(hdus).writeto(path, overwrite=True)
    return path


def make_from_header(path: Path, template: Path, *, content: Content, seed: int) -> Path:
    """Write a full-size exposure under the real headers and ASDF extension of `template`.

    The template is a flight file whose SCI array was cut to one pixel; NINTS, NGROUPS and
    SUBSIZE1/2 in its header say how large it was.
    """
    with fits.open(template) as real:
        primary, science = real[0].header.copy(), real["SCI"].header.copy()
        document = bytes(real["ASDF"].data[0][0])
    frame = (primary["SUBSIZE2"], primary["SUBSIZE1"])
    rng = np.random.default_rng(seed)
    ramp = ramps(rng, count_rate(rng, frame), primary["NINTS"], primary["NGROUPS"])
    primary["FILENAME"] = path.name
    if content.dtype == "float32":
        primary["DATAMODL"] = "RampModel"
    mode = next(m for m in MODES.values() if m.instrument == primary["INSTRUME"])
    corner = (primary["SUBSTRT1"], primary["SUBSTRT2"])
    mode = mode._replace(corner=corner, readpatt=primary["READPATT"])
    first, *others = _extensions(rng, mode, content, ramp)
    for card in science.cards:
        if card.keyword not in first.header and card.keyword not in ("BZERO", "BSCALE"):
            first.header.append(card, end=True)
    others = [asdf_hdu(document) if hdu.name == "ASDF" else hdu for hdu in others]
    fits.HDUList([fits.PrimaryHDU(header=primary), first, *others]).writeto(path, overwrite=True)
    return path


def _model_name(mode: Mode, content: Content) -> str:
    if content.dtype == "uint16":
        return "Level1bModel"
    return "GuiderRawModel" if mode.is_guider else "RampModel"


def _extensions(
    rng: np.random.Generator, mode: Mode, content: Content, ramp: np.ndarray
) -> list[fits.ImageHDU | fits.BinTableHDU]:
    """Return SCI and the optional HDUs, in the order in which jwst writes them."""
    integrations, _, *frame = ramp.shape
    zero = ramp[:, 0] * np.float32(0.9)
    # Zero means "no zero frame for this pixel".
    zero[rng.random(zero.shape) < 0.01] = 0.0
    flags = group_flags(rng, ramp)
    if content.odd:
        odd_values(rng, ramp)
        odd_values(rng, zero)
    seconds = mode.group_time * content.groups
    place = {"corner": mode.corner, "detector": mode.detector_shape}
    makers: dict[str, Callable[[], fits.ImageHDU | fits.BinTableHDU]] = {
        "PIXELDQ": lambda: _image(
            "PIXELDQ", defects(rng, tuple(frame), border_of(mode.instrument), **place)
        ),
        "GROUPDQ": lambda: _image("GROUPDQ", flags),
        "ERR": lambda: _image("ERR", np.sqrt(np.abs(np.nan_to_num(ramp))).astype(np.float32)),
        "DQ": lambda: _image("DQ", defects(rng, tuple(frame), 0, **place)),
        "ZEROFRAME": lambda: _image("ZEROFRAME", _as(content.dtype, zero)),
        "REFOUT": lambda: _image("REFOUT", _reference_output(rng, ramp, content.dtype)),
        "GROUP": lambda: group_hdu(integrations, content.groups, mode.group_time),
        "INT_TIMES": lambda: int_times_hdu(integrations, seconds),
        "ASDF": asdf_hdu,
    }
    hdus = [_image("SCI", _as(content.dtype, ramp))]
    hdus[0].header["BUNIT"] = ("DN", "physical units of the array values")
    for name in (name for name in OPTIONAL if name in content.hdus):
        if name == "UNKNOWN":
            hdus.extend(_unknown(rng))
        elif name in content.shapes:
            dtype = {"GROUPDQ": np.uint8, "ERR": np.float32}.get(name, np.uint32)
            hdus.append(_image(name, np.ones(content.shapes[name], dtype)))
        else:
            hdus.append(makers[name]())
    return hdus


def _as(dtype: str, array: np.ndarray) -> np.ndarray:
    if np.issubdtype(dtype, np.integer):
        limits = np.iinfo(dtype)
        array = np.nan_to_num(array, nan=0.0).clip(max(limits.min, 0), min(limits.max, 2**30))
    return array.astype(dtype)


def _reference_output(rng: np.random.Generator, ramp: np.ndarray, dtype: str) -> np.ndarray:
    """Return MIRI's fifth output: a quarter of the columns, near the bias."""
    shape = (*ramp.shape[:3], max(ramp.shape[3] // 4, 1))
    return _as(dtype, rng.normal(12000, 6, shape).astype(np.float32))


def _unknown(rng: np.random.Generator) -> list[fits.ImageHDU | fits.BinTableHDU]:
    image = _image("MY_IMAGE", rng.integers(-999, 999, (5, 7)).astype(np.int16))
    image.header["MYUNIT"] = "furlong"
    columns = [
        fits.Column(name="name", format="8A", array=np.array(["alpha", "beta", "gamma"])),
        fits.Column(name="value", format="E", array=np.array([1.5, np.nan, -0.0], np.float32)),
    ]
    return [image, fits.BinTableHDU.from_columns(columns, name="MY_TABLE")]


def _image(name: str, array: np.ndarray) -> fits.ImageHDU:
    return fits.ImageHDU(array, name=name)
