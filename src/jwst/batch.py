"""Many exposures in one call."""

from __future__ import annotations

from strun.batch.api import run
from strun.batch.report import Report

__all__ = ["Report", "run"]
