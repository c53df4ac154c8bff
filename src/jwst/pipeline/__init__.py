"""Pipelines of steps; those of jwst 3.0.0 need steps that this package has not yet."""

from __future__ import annotations

__all__: list[str] = []
