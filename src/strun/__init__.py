"""The machine that runs JWST calibration steps; users import them from ``jwst``."""

from __future__ import annotations

__version__ = "1.0.0"
