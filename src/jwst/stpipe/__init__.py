"""The framework of steps."""

from __future__ import annotations

from jwst.installation import conflict
from jwst.stpipe.correction import Block, Correction
from jwst.stpipe.pipeline import Pipeline
from jwst.stpipe.step import Step
from jwst.stpipe.utilities import query_step_status, record_step_status

__all__ = [
    "Block",
    "Correction",
    "Pipeline",
    "Step",
    "query_step_status",
    "record_step_status",
]

if conflict():
    raise ImportError(conflict())
