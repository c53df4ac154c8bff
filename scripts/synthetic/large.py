"""Write exposures larger than memory should hold: one integration is made, the rest derived."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import numpy as np
from astropy.io import fits
from numpy.typing import NDArray

from synthetic.headers import asdf_hdu, exposure_cards, int_times_hdu
from synthetic.modes import MODES
from synthetic.scenes import border_of, count_rate, defects, group_flags, ramps

BLOCK = 2880


def make_time_series(
    path: Path,
    mode: str = "niriss_soss",
    *,
    integrations: int = 98,
    groups: int = 10,
    with_dq: bool = False,
    seed: int = 4,
) -> Path:
    """Write a time series in the memory of one integration; 98 of SOSS make a 2 GB SCI.

    Every integration is the first one with its rows rolled and another constant added, so that
    no two blocks of the file are equal. `with_dq` adds PIXELDQ and GROUPDQ, as after dq_init.
    """
    setup = MODES[mode]
    rng = np.random.default_rng(seed)
    first = ramps(rng, count_rate(rng, setup.shape), 1, groups)[0]
    flags = group_flags(rng, first[np.newaxis])[0]
    shape = (integrations, *first.shape)
    header = fits.Header([fits.Card(*card) for card in exposure_cards(setup, shape, setup.corner)])
    header["DATAMODL"] = "RampModel"
    header["TSOVISIT"] = True
    header["FILENAME"] = path.name
    with path.open("wb") as stream:
        stream.write(fits.PrimaryHDU(header=header).header.tostring().encode("ascii"))
        write_image(stream, "SCI", -32, shape, (_varied(first, n) for n in range(integrations)))
        if with_dq:
            place = {"corner": setup.corner, "detector": setup.detector_shape}
            bad = defects(rng, setup.shape, border_of(setup.instrument), **place)
            write_small(stream, fits.ImageHDU(bad, name="PIXELDQ"))
            rolled = (np.roll(flags, 7 * n, axis=1) for n in range(integrations))
            write_image(stream, "GROUPDQ", 8, shape, rolled)
        write_small(stream, int_times_hdu(integrations, setup.group_time * groups))
        write_small(stream, asdf_hdu())
    return path


def repeat_integrations(source: Path, path: Path, *, integrations: int) -> Path:
    """Write a raw time series of many integrations, those of a raw exposure in turn.

    Another constant is added to each, so that no two blocks of the file are equal.
    """
    with fits.open(source) as hdus:
        header, counts = hdus[0].header.copy(), hdus["SCI"].data
    header["NINTS"], header["FILENAME"], header["TSOVISIT"] = integrations, path.name, True
    shape = (integrations, *counts.shape[1:])
    with path.open("wb") as stream:
        stream.write(header.tostring().encode("ascii"))
        # unsigned numbers are stored with their sign turned
        varied = (
            (counts[n % len(counts)] + np.uint16(n % 50) ^ np.uint16(1 << 15)).byteswap()
            for n in range(integrations)
        )
        write_image(stream, "SCI", 16, shape, varied, zero=1 << 15)
        write_small(stream, int_times_hdu(integrations, header["TGROUP"] * shape[1]))
        write_small(stream, asdf_hdu())
    return path


def _varied(first: NDArray[np.float32], number: int) -> NDArray[np.float32]:
    varied = np.roll(first, 7 * number, axis=1)
    varied += np.float32(number % 50)
    return varied.byteswap(inplace=True)


def write_image(
    stream: BinaryIO,
    name: str,
    bitpix: int,
    shape: tuple[int, ...],
    arrays: Iterable[NDArray[np.generic]],
    *,
    zero: int = 0,
) -> None:
    """Write an image HDU whose data come array by array, big-endian already."""
    header = fits.Header([("XTENSION", "IMAGE"), ("BITPIX", bitpix), ("NAXIS", len(shape))])
    for axis, length in enumerate(reversed(shape), 1):
        header[f"NAXIS{axis}"] = length
    for keyword, value in (("PCOUNT", 0), ("GCOUNT", 1), ("EXTNAME", name)):
        header[keyword] = value
    if zero:
        header["BSCALE"], header["BZERO"] = 1, zero
    stream.write(header.tostring().encode("ascii"))
    for array in arrays:
        stream.write(array.data)
    stream.write(bytes(-stream.tell() % BLOCK))


def write_small(stream: BinaryIO, hdu: fits.ImageHDU | fits.BinTableHDU) -> None:
    """Write an extension that fits into memory: astropy's bytes without the primary block."""
    buffer = io.BytesIO()
    fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(buffer)
    stream.write(buffer.getvalue()[BLOCK:])
