"""Exposures to draw."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from jwst.datamodels import RampModel
from strun.datamodels.dqflags import pixel

pytest.importorskip("matplotlib")


@pytest.fixture
def exposure() -> Callable[..., RampModel]:
    """Return a maker of models whose samples grow, with single flagged pixels."""

    def make(shape: tuple[int, ...], **flags: tuple[int, int]) -> RampModel:
        rng = np.random.default_rng(3)
        model = RampModel(shape)
        model.data[...] = np.cumsum(rng.uniform(100, 200, shape), axis=1)
        for name, place in flags.items():
            model.pixeldq[place] |= np.uint32(pixel[name])
        model.meta.instrument.name = "NIRCAM"
        model.meta.instrument.detector = "NRCA1"
        model.meta.instrument.filter = "F200W"
        model.meta.target.catalog_name = "M 31"
        model.meta.filename = "x_uncal.fits"
        return model

    return make
