"""Pipelines of steps."""

from jwst.pipeline.calwebb_dark import DarkPipeline
from jwst.pipeline.calwebb_detector1 import Detector1Pipeline
from jwst.pipeline.calwebb_guider import GuiderPipeline

__all__ = ["DarkPipeline", "Detector1Pipeline", "GuiderPipeline"]
