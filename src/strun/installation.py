"""Where the import package is installed: alone, or among files of STScI's of the same name."""

from __future__ import annotations

import os
import sys

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
