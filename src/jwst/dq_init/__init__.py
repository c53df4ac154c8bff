"""Data quality flags from the MASK reference file."""

from jwst.dq_init.dq_init_step import DQInitStep

__all__ = ["DQInitStep"]
