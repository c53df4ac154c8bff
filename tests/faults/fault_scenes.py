"""What scenes of faults are made with: edits of good files, byte by byte where astropy refuses."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from astropy.io import fits
from factories import make_linearity, make_mask, make_ramp

RAMP, MASK, LINEARITY = "x_uncal.fits", "mask.fits", "linearity.fits"
DQ = ("dq_init", RAMP, "--override_mask", MASK)
LIN = ("linearity", RAMP, "--override_linearity", LINEARITY)
DQ_PRODUCT, LIN_PRODUCT = "x_dq_init.fits", "x_linearitystep.fits"


def dq(path: str = RAMP, mask: str = MASK, *more: str) -> tuple[str, ...]:
    """Return the words of a dq_init run."""
    return ("dq_init", path, "--override_mask", mask, *more)


def lin(path: str = RAMP, reference: str = LINEARITY, *more: str) -> tuple[str, ...]:
    """Return the words of a linearity run."""
    return ("linearity", path, "--override_linearity", reference, *more)


def all_of(*scenes: Callable[[], object]) -> Callable[[], None]:
    """Return a scene made of several."""

    def scene() -> None:
        for each in scenes:
            each()

    return scene


def ramp(**how: Any) -> Callable[[], None]:  # noqa: ANN401
    """Return the scene in which the exposure is made so."""
    return lambda: void(make_ramp(Path(RAMP), **how))


def mask(**how: Any) -> Callable[[], None]:  # noqa: ANN401
    """Return the scene in which the mask is made so."""
    return lambda: void(make_mask(Path(MASK), **how))


def linearity(**how: Any) -> Callable[[], None]:  # noqa: ANN401
    """Return the scene in which the linearity reference is made so."""
    return lambda: void(make_linearity(Path(LINEARITY), **how))


def void(_: object) -> None:
    """Return nothing, whatever was returned."""


def written(path: str, content: str | bytes) -> Callable[[], None]:
    """Return the scene in which a file has this content."""
    data = content.encode() if isinstance(content, str) else content
    return lambda: void(Path(path).write_bytes(data))


def moved(path: str, target: str) -> Callable[[], None]:
    """Return the scene in which a file has another name."""
    return lambda: void(Path(path).rename(target))


def copied(path: str, target: str) -> Callable[[], None]:
    """Return the scene in which a file is there a second time."""
    return lambda: void(shutil.copyfile(path, target))


def gone(path: str) -> Callable[[], None]:
    """Return the scene without a file."""
    return lambda: Path(path).unlink()


def cut(path: str, size: int) -> Callable[[], None]:
    """Return the scene in which a file ends after `size` bytes, or so many before its end."""

    def scene() -> None:
        data = Path(path).read_bytes()
        Path(path).write_bytes(data[:size])

    return scene


def edited(path: str, edit: Callable[[fits.HDUList], object]) -> Callable[[], None]:
    """Return the scene in which `edit` has changed a file."""

    def scene() -> None:
        with fits.open(path, memmap=False) as hdus:
            for hdu in hdus:
                void(hdu.data)
            edit(hdus)
            hdus.writeto(path, overwrite=True, output_verify="silentfix")

    return scene


def keyword(path: str, name: str, value: object, hdu: int | str = 0) -> Callable[[], None]:
    """Return the scene in which a keyword has another value; None takes it away."""

    def edit(hdus: fits.HDUList) -> None:
        if value is None:
            del hdus[hdu].header[name]
        else:
            hdus[hdu].header[name] = value

    return edited(path, edit)


def card(path: str, name: str, image: str, hdu: int | str = 0) -> Callable[[], None]:
    """Return the scene in which the 80 characters of a card are these, sense or not."""

    def scene() -> None:
        with fits.open(path) as hdus:
            start = hdus[hdu]._header_offset
        data = bytearray(Path(path).read_bytes())
        place = next(
            offset
            for offset in range(start, len(data), 80)
            if data[offset : offset + 8] == f"{name:<8}".encode()
        )
        data[place : place + 80] = f"{image:<80}".encode("latin-1")
        Path(path).write_bytes(data)

    return scene


def pixels(
    path: str, hdu: str, change: Callable[[np.ndarray], np.ndarray | None]
) -> Callable[[], None]:
    """Return the scene in which an array is changed, in place or for what `change` returns."""

    def edit(hdus: fits.HDUList) -> None:
        data = hdus[hdu].data.copy()
        changed = change(data)
        hdus[hdu].data = data if changed is None else changed

    return edited(path, edit)


def without(path: str, hdu: str) -> Callable[[], None]:
    """Return the scene in which a file lacks a unit."""

    def edit(hdus: fits.HDUList) -> None:
        del hdus[hdu]

    return edited(path, edit)


def data(path: str, hdu: str | int) -> np.ndarray:
    """Return an array."""
    return np.asarray(fits.getdata(path, hdu))
