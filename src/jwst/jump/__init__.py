"""Flags of jumps in ramps, as cosmic rays leave them."""

from jwst.jump.jump_step import JumpStep

__all__ = ["JumpStep"]
