"""Flags of jumps in ramps, as cosmic rays leave them."""
