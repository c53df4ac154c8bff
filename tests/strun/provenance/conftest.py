"""What the tests of records share."""

from __future__ import annotations

from pathlib import Path

import pytest

from jwst.dq_init import DQInitStep
from strun.steps.running import run_on_file


@pytest.fixture
def product(ramp: Path, mask: Path) -> Path:
    """Return a product of dq_init."""
    return Path(str(run_on_file(DQInitStep(override_mask=str(mask)), str(ramp)).product))
