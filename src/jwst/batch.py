"""Many exposures in one call."""

from strun.batch.api import run
from strun.batch.report import Report

__all__ = ["Report", "run"]
