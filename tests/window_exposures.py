"""Exposures of which one leaves windows of persistence for the next."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import asdf
import numpy as np
from astropy.io import fits
from factories import SIZE, make_ramp

from jwst.persistence import PersistenceStep
from strun.datamodels.dqflags import group
from strun.steps.running import Outcome

FILE = "windows.asdf"
START = 59800.25
SAID = {"TGROUP": 10.0, "EFFINTTM": 50.0}
SATURATED, PERSISTENCE = np.uint8(group["SATURATED"]), group["PERSISTENCE"]
HIT, LAST = (3, 5), (SIZE[0] - 1, SIZE[1] - 1)


def exposure(name: str, seconds: float = 0, pixel: tuple[int, int] = HIT, **said: Any) -> str:  # noqa: ANN401
    """Write an exposure that begins after some seconds, of which a pixel is saturated at last."""
    keywords = {**SAID, "EXPSTART": START + seconds / 86400, **said}
    path = make_ramp(Path(f"{name}_jump.fits"), shape=(2, 5, *SIZE), **keywords)
    with fits.open(path, mode="update") as hdus:
        hdus["GROUPDQ"].data[:] = 0
        hdus["GROUPDQ"].data[1, 4, *pixel] = SATURATED
    return str(path)


def step(**parameters: object) -> PersistenceStep:
    """Return a step that takes on the windows, and hands them on."""
    both = {"save_persistence": FILE, "persistence_array_file": FILE}
    return PersistenceStep(**({"persistence_time": 60, **both} | parameters))


def flagged(outcome: Outcome) -> list[list[int]]:
    """Return integration, group, row and column of the samples in windows."""
    return np.argwhere(fits.getdata(outcome.product, "GROUPDQ") & PERSISTENCE).tolist()


def entry(detector: str = "MIRIMAGE", path: str = FILE) -> dict[str, Any]:
    """Return what a file says of a detector."""
    found: dict[str, Any] = asdf.load(path)[detector]
    return found
