"""Data models of exposures and reference files: metadata, keywords, arrays read when touched."""

from __future__ import annotations
