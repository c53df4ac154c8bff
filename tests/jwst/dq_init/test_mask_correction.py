"""The flags of a mask, whoever shares the exposure out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from factories import make_mask, make_ramp

from jwst.dq_init import DQInitStep
from strun.engine import loop
from strun.engine.workers import Workers
from strun.steps.running import run_on_file

SIZE = (96, 64)


def _arrays(product: Path) -> tuple[np.ndarray, np.ndarray]:
    with fits.open(product) as hdus:
        return hdus["PIXELDQ"].data.copy(), hdus["GROUPDQ"].data.copy()


@pytest.mark.parametrize("threads", [2, 5])
def test_workers_do_not_share_what_they_read_of_the_mask(
    folder: Path, monkeypatch: pytest.MonkeyPatch, threads: int
) -> None:
    place = {"SUBSTRT1": 1, "SUBSTRT2": 1}
    ramp = str(make_ramp(folder / "x.fits", shape=(2, 3, *SIZE), **place))
    mask = str(make_mask(folder / "mask.fits", size=SIZE))
    products = []
    for suffix, chosen in (("alone", Workers(1, 1 << 20)), ("together", Workers(threads, 200))):
        monkeypatch.setattr(loop, "choose", lambda *_, _chosen=chosen, **__: _chosen)
        step = DQInitStep(override_mask=mask, suffix=suffix)
        products.append(_arrays(Path(str(run_on_file(step, ramp).product))))
    for alone, together in zip(*products, strict=True):
        np.testing.assert_array_equal(alone, together)


def test_own_has_a_buffer_of_its_own(ramp: Path, mask: Path) -> None:
    step = DQInitStep(override_mask=str(mask))
    with step.open_input(str(ramp)) as model:
        correction = step.prepare(model)
        assert correction is not None
        assert correction.own().mask is not correction.mask
