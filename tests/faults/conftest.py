"""Fixtures of the faults."""

from __future__ import annotations

from pathlib import Path

import pytest
from factories import make_linearity, make_mask, make_ramp


@pytest.fixture(scope="session")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with an exposure and its references, all of them good."""
    place = tmp_path_factory.mktemp("good")
    make_ramp(place / "x_uncal.fits")
    make_mask(place / "mask.fits")
    make_linearity(place / "linearity.fits")
    return place
