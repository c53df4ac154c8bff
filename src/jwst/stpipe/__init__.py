"""The framework of steps."""

from __future__ import annotations

from jwst.stpipe.correction import Block, Correction
from jwst.stpipe.pipeline import Pipeline
from jwst.stpipe.step import Step

__all__ = ["Block", "Correction", "Pipeline", "Step"]
