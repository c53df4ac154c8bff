"""JWST calibration steps, run by strun."""

from strun import __version__

__all__ = ["__version__"]
