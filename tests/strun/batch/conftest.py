"""Exposures for batches."""

from __future__ import annotations

from pathlib import Path

import pytest
from batch_helpers import HERE
from factories import make_ramp


@pytest.fixture
def three(folder: Path, mask: Path) -> list[Path]:
    """Return three exposures, a, b and c, with a mask beside them."""
    return [make_ramp(folder / f"{name}_uncal.fits") for name in "abc"]


@pytest.fixture
def with_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let programs that a test starts find the steps of the tests."""
    monkeypatch.setenv("PYTHONPATH", str(HERE))
