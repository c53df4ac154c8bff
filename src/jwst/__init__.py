"""Lean, offline-first runner of JWST calibration steps (distribution ``strun``)."""

from __future__ import annotations

__version__ = "1.0.0"
