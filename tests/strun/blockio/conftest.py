"""Files as bytes, made by astropy."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from astropy.io import fits

Writer = Callable[..., bytes]


def written(*units: fits.hdu.base.ExtensionHDU) -> bytes:
    """Return a file: an empty primary unit and these."""
    stream = io.BytesIO()
    fits.HDUList([fits.PrimaryHDU(), *units]).writeto(stream)
    return stream.getvalue()


@pytest.fixture(scope="session")
def fits_bytes() -> Writer:
    """Return the function that writes units to bytes."""
    return written
