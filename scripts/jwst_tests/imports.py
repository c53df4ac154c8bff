"""What the tests import from stpipe and stdatamodels, found in this package."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import astropy.utils.data

import jwst.datamodels
import jwst.stpipe
from jwst_tests.sources import TESTED

Functions = Mapping[str, Mapping[str, Any]]

# modules that have another name here; their submodules follow
_RENAMED = {
    "stdatamodels.jwst.datamodels": "jwst.datamodels",
    "stdatamodels.jwst": "jwst",
    "stdatamodels": "jwst",
    "stpipe.datamodel": "jwst.datamodels",
    "stpipe._config": "jwst_tests.step_config",
    # jwst's own module of that name has other things in it
    "stpipe.utilities": "jwst_tests.absent",
    "stpipe.pipeline": "strun.steps.pipeline",
    "stpipe.step": "strun.steps.step",
    "stpipe": "jwst.stpipe",
}


class _AbsentType(type):
    """A class that stands for anything, so that modules which name it can be imported."""

    def __getattr__(cls, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        return absent(f"{cls.__name__}.{name}")

    def __setattr__(cls, name: str, value: object) -> None:
        raise AttributeError(f"this package has no {cls.__name__}")


class _Absent(metaclass=_AbsentType):
    def __init__(self, *args: object, **kwargs: object) -> None:
        pass

    def __getattr__(self, name: str) -> object:
        raise AttributeError(f"this package has no {type(self).__name__}.{name}")


def absent(name: str) -> type:
    """Return a class for something that this package has not."""
    return _AbsentType(name, (_Absent,), {})


class _AbsentModule(ModuleType):
    __path__: list[str] = []
    __all__: list[str] = []

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        return absent(name)


def target_of(name: str) -> str | None:
    """Return the module of this package that another package's name means."""
    for theirs, ours in _RENAMED.items():
        if name == theirs or name.startswith(f"{theirs}."):
            return ours + name[len(theirs) :]
    return None


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Give modules of this package for names of stpipe and stdatamodels."""

    def __init__(self, absent_modules: Sequence[str]) -> None:
        self._absent = absent_modules
        self._specs: dict[str, importlib.machinery.ModuleSpec | None] = {}

    def find_spec(
        self, name: str, path: object = None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        if target_of(name) is None and name not in self._absent:
            return None
        return importlib.util.spec_from_loader(name, self)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        if spec.name in self._absent:
            return _AbsentModule(spec.name)
        module = importlib.import_module(target_of(spec.name) or spec.name)
        self._specs[spec.name] = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        # the import system has given the module the spec of its other name
        name = module.__spec__.name if module.__spec__ else ""
        if name in self._specs:
            module.__spec__ = self._specs[name]


def install(missing: Mapping[str, Sequence[str]], functions: Functions) -> None:
    """
    Let the tests import what they ask stpipe, stdatamodels and jwst for.

    Parameters
    ----------
    missing : mapping
        Modules that this package may not have, with the names that the tests take from them. What
        is not there is imported as a class that stands for anything.
    functions : mapping
        Functions by module and name, that this package does by steps.
    """
    absent_modules = [name for name in missing if name not in functions and not _exists(name)]
    sys.meta_path.insert(0, _Finder(absent_modules))
    for name, found in functions.items():
        package, _, short = name.rpartition(".")
        module = sys.modules[name] = ModuleType(name)
        vars(module).update(found)
        setattr(importlib.import_module(package), short, module)
    for module, names in missing.items():
        found = importlib.import_module(module)
        for name in names:
            if not hasattr(found, name):
                setattr(found, name, absent(name))


def stand_in(names: Mapping[str, str]) -> None:
    """Make models that this package has not, as children of models that it has."""
    for name, base in names.items():
        kind = type(name, (getattr(jwst.datamodels, base),), {"__module__": "jwst.datamodels"})
        setattr(jwst.datamodels, name, kind)


def _exists(module: str) -> bool:
    try:
        return importlib.util.find_spec(target_of(module) or module) is not None
    except ModuleNotFoundError:
        return False


def extend(folder: str) -> None:
    """Let the tests in a folder, and their data, be found in modules of this package."""
    jwst.__path__.append(folder)
    for name in TESTED:
        importlib.import_module(f"jwst.{name}").__path__.append(f"{folder}/{name}")
    # astropy's own looks for data in one folder a package
    astropy.utils.data.get_pkg_data_filename = _data_path
    astropy.utils.data.get_pkg_data_path = _data_path


def _data_path(name: str, package: str) -> str:
    module = importlib.import_module(package)
    return str(Path(str(module.__file__)).parent / name)
