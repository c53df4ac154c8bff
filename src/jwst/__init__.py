"""JWST calibration steps, run by strun."""

from __future__ import annotations

from strun import __version__

__all__ = ["__version__"]
