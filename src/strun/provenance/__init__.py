"""The record of a run in its product, whether a product is up to date, running again."""

from __future__ import annotations
