"""Fixtures that all tests share."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

sys.path.insert(0, str(Path(__file__).resolve().parent))

from factories import make_linearity, make_mask, make_ramp

Maker = Callable[..., Path]


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what is remembered from run to run away from the user's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def ramp(folder: Path) -> Path:
    """Return a small MIRI subarray exposure."""
    return make_ramp(folder / "x_uncal.fits")


@pytest.fixture
def mask(folder: Path) -> Path:
    """Return a mask that is larger than the exposure."""
    return make_mask(folder / "mask.fits")


@pytest.fixture
def linearity(folder: Path) -> Path:
    """Return a linearity reference that is larger than the exposure."""
    return make_linearity(folder / "linearity.fits")


@pytest.fixture
def rng() -> np.random.Generator:
    """Return random numbers that are the same in every run."""
    return np.random.default_rng(20261121)


def header(path: Path, hdu: int | str = 0) -> fits.Header:
    """Return the header of a unit of a file."""
    return fits.getheader(path, hdu)
