from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
from factories import make_linearity, make_ramp

from jwst.linearity import LinearityStep
from strun.engine import loop
from strun.engine.workers import Workers
from strun.steps.running import run_on_file


@pytest.mark.parametrize("integrations", [4, 40])
def test_run_file_takes_little_memory_when_exposure_is_long(
    folder: Path, monkeypatch: pytest.MonkeyPatch, integrations: int
) -> None:
    path = make_ramp(folder / "x.fits", shape=(integrations, 10, 44, 70), dtype="uint16")
    reference = str(make_linearity(folder / "lin.fits"))
    # blocks far smaller than the exposure of 120 kB an integration
    monkeypatch.setattr(loop, "choose", lambda *_, **__: Workers(1, 20_000))
    run_on_file(LinearityStep(override_linearity=reference, suffix="first"), str(path))
    tracemalloc.start()
    try:
        run_on_file(LinearityStep(override_linearity=reference), str(path))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 500_000
