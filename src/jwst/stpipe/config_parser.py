"""The error of unusable parameters under the module name that users import it from."""

from __future__ import annotations

from jwst.errors import ValidationError

__all__ = ["ValidationError"]
