"""How the import package is installed: alone or among files of STScI's, with or without kernels."""

from __future__ import annotations

import os
import sys
from importlib.machinery import EXTENSION_SUFFIXES

# of STScI's package since its first version, and never of this one
_THEIRS = os.path.join("associations", "__init__.py")


def import_folder() -> str:
    """Return the folder of the package `jwst` that Python imports, "" when there is none."""
    # as importlib.util.find_spec, whose module is another one to load
    found = (finder.find_spec("jwst", None) for finder in sys.meta_path)
    places = next((spec.submodule_search_locations for spec in found if spec is not None), None)
    return next(iter(places), "") if places is not None else ""


def conflict() -> str:
    """Return what is wrong with the installation, "" when nothing is."""
    folder = import_folder()
    if not os.path.exists(os.path.join(folder, _THEIRS)):
        return ""
    return (
        f"{folder}: holds files of STScI's jwst, which cannot share an environment with strun; "
        "uninstall both, and install each in an environment of its own"
    )


def compiled_library(folder: str, name: str) -> str:
    """Return the path of a compiled library of a package's folder, "" when it was not built."""
    paths = (os.path.join(folder, name + suffix) for suffix in EXTENSION_SUFFIXES)
    return next(filter(os.path.exists, paths), "")


def version_line(version: str) -> str:
    """Return a line on what is installed, and where."""
    folder = import_folder()
    kernels = "compiled kernels" if compiled_library(folder, "_kernels") else "numpy alone"
    return f"strun {version} (import package jwst in {folder}; {kernels})"
