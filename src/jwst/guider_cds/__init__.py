"""Count rates of guiders, from differences of groups."""

from __future__ import annotations

from jwst.guider_cds.guider_cds_step import GuiderCdsStep

__all__ = ["GuiderCdsStep"]
