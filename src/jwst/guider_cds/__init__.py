"""Count rates of guiders, from differences of groups."""

from jwst.guider_cds.guider_cds_step import GuiderCdsStep

__all__ = ["GuiderCdsStep"]
