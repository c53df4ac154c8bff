"""The signal of the detector's reset, subtracted with the SUPERBIAS reference file."""

from jwst.superbias.superbias_step import SuperBiasStep

__all__ = ["SuperBiasStep"]
