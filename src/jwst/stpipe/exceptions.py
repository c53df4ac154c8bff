"""Exceptions under the module name that users import them from."""

from strun.errors import StrunError as StpipeException
from strun.errors import ValidationError

__all__ = ["StpipeException", "ValidationError"]
