"""The flag of the last group of MIRI's ramps."""

from jwst.lastframe.lastframe_step import LastFrameStep

__all__ = ["LastFrameStep"]
