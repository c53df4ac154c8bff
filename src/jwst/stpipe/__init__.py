"""The framework of steps."""

from strun.engine.correction import Block, Correction
from strun.installation import conflict
from strun.steps.pipeline import Pipeline
from strun.steps.step import Step
from strun.steps.step_status import query_step_status, record_step_status

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
