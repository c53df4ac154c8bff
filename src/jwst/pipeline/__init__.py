"""Pipelines of steps."""

from __future__ import annotations

from jwst.pipeline.calwebb_dark import DarkPipeline

__all__ = ["DarkPipeline"]
