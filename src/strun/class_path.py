"""The name by which a class is found again."""

from __future__ import annotations

import sys


def class_path(cls: type) -> str:
    """Return the path of a class, by the outermost of its packages that has it under its name."""
    parts = cls.__module__.split(".")
    for depth in range(1, len(parts)):
        package = sys.modules.get(".".join(parts[:depth]))
        if package is not None and vars(package).get(cls.__name__) is cls:
            return f"{package.__name__}.{cls.__name__}"
    return f"{cls.__module__}.{cls.__qualname__}"
