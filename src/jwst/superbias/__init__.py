"""The signal of the detector's reset, subtracted with the SUPERBIAS reference file."""

from __future__ import annotations

from jwst.superbias.superbias_step import SuperBiasStep

__all__ = ["SuperBiasStep"]
