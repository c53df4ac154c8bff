"""Fixtures that all tests share."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

sys.path.insert(0, str(Path(__file__).resolve().parent))

from factories import make_linearity, make_mask, make_ramp

Maker = Callable[..., Path]


_KEPT = ("PATH", "TMPDIR")


def pytest_configure(config: pytest.Config) -> None:
    """
    Make an environment for the tests, and for all programs that they start.

    The developer's may hold anything: a locale, buffering of Python, references, a cache.
    """
    # a shell starts what runs in the background without Ctrl-C
    signal.signal(signal.SIGINT, signal.default_int_handler)
    before = dict(os.environ)
    home = tempfile.mkdtemp(prefix="strun-tests-home-")
    made = {name: before[name] for name in _KEPT if name in before}
    made |= {name: value for name, value in before.items() if name.startswith("PYTEST_")}
    os.environ.clear()
    # threads of numpy's library would only wait for each other, beside other tests
    os.environ.update(made, HOME=home, LANG="C.UTF-8", OPENBLAS_NUM_THREADS="1")

    def undo() -> None:
        os.environ.clear()
        os.environ.update(before)
        shutil.rmtree(home, ignore_errors=True)

    config.add_cleanup(undo)


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what is loaded and collected: some 5 % of the time."""
    gc.freeze()


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


@pytest.fixture
def three(folder: Path, mask: Path) -> list[Path]:
    """Return three exposures, a, b and c, with a mask beside them."""
    return [make_ramp(folder / f"{name}_uncal.fits") for name in "abc"]
