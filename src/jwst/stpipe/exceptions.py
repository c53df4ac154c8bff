"""Exceptions under the module name that users import them from."""

from __future__ import annotations

from jwst.errors import StrunError as StpipeException
from jwst.errors import ValidationError

__all__ = ["StpipeException", "ValidationError"]
