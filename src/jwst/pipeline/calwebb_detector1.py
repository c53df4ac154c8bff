"""The steps of calwebb_detector1 that this package has, where jwst's users find them."""

from __future__ import annotations

from jwst.dq_init import dq_init_step
from jwst.linearity import linearity_step

__all__ = ["dq_init_step", "linearity_step"]
