"""The name by which a class is found again, and where it is looked for."""

from __future__ import annotations

import os
import sys


def class_path(cls: type) -> str:
    """Return the path of a class, by the outermost of its packages that has it under its name."""
    parts = cls.__module__.split(".")
    for depth in range(1, len(parts)):
        package = sys.modules.get(".".join(parts[:depth]))
        if package is not None and vars(package).get(cls.__name__) is cls:
            return f"{package.__name__}.{cls.__name__}"
    return f"{cls.__module__}.{cls.__qualname__}"


def make_importable(folder: str) -> None:
    """Let steps of the user's own be found in a folder; at the end, where it hides no module."""
    folder = os.path.abspath(folder)
    if folder not in sys.path and "" not in sys.path:
        sys.path.append(folder)
