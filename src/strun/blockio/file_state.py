"""What a file is known by, and whether it stays as it is while it is used."""

from __future__ import annotations

import os

State = tuple[int, int]
"""Size in bytes, and time of the last change in ns."""

CHANGED = "was changed while it was used; run again when it is whole"


def identity(path: str) -> tuple[int, int] | None:
    """Return what a file is known by, whatever its name; None when there is none."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino


def state_of(status: os.stat_result) -> State:
    """Return by what a change of a file is noticed."""
    return status.st_size, status.st_mtime_ns


def has_changed(path: str, before: State | None) -> bool:
    """
    Return whether a path leads to other bytes than when `state_of` was asked (None: no file).

    One that is gone has not changed: who has it open still reads what it was.
    """
    try:
        return before is not None and state_of(os.stat(path)) != before
    except OSError:
        return False
