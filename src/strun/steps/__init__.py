"""Steps and pipelines: how they are found, run, and named."""

from __future__ import annotations
