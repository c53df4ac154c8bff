"""Count rates scaled to the standard gain of a detector."""

from jwst.gain_scale.gain_scale_step import GainScaleStep

__all__ = ["GainScaleStep"]
