"""Groups scaled to the mean of their frames."""

from jwst.group_scale.group_scale_step import GroupScaleStep

__all__ = ["GroupScaleStep"]
