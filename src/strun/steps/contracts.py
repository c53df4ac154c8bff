"""What everything that can be run is a child of, for those who must tell it from other classes."""

from __future__ import annotations

__all__ = ["Runnable"]


class Runnable:
    """The base of steps: what a class path, an alias or a hook may name."""
