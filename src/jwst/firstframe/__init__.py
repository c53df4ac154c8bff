"""The flag of the first group of MIRI's ramps."""

from jwst.firstframe.firstframe_step import FirstFrameStep

__all__ = ["FirstFrameStep"]
