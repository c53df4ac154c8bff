"""Where this package is installed: alone, or among files of STScI's package of the same name."""

from __future__ import annotations

import os

__all__ = ["FOLDER", "conflict"]

FOLDER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "jwst")
"""Folder of the import package that users name."""

# of STScI's package since its first version, and never of this one
_THEIRS = os.path.join("associations", "__init__.py")


def conflict(folder: str = FOLDER) -> str:
    """
    Return what is wrong with the installation, "" when nothing is.

    Parameters
    ----------
    folder : str, optional
        The folder of the import package.
    """
    if not os.path.exists(os.path.join(folder, _THEIRS)):
        return ""
    return (
        f"{folder}: holds files of STScI's jwst and of strun, which cannot share an environment; "
        "uninstall both, and install each in an environment of its own"
    )
