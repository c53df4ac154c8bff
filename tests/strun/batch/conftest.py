"""Exposures for batches."""

from __future__ import annotations

import pytest
from batch_helpers import HERE


@pytest.fixture
def with_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let programs that a test starts find the steps of the tests."""
    monkeypatch.setenv("PYTHONPATH", str(HERE))
