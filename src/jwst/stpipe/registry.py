"""From a name to a step: class path, alias, or cfg file."""

from __future__ import annotations

import importlib
import os
import sys
from typing import TYPE_CHECKING

from jwst.errors import StepNotFoundError
from jwst.stpipe import config

if TYPE_CHECKING:
    from jwst.stpipe.step import Step

__all__ = ["ALIASES", "class_path", "find", "find_class"]

ALIASES: dict[str, str] = {
    "dq_init": "jwst.dq_init.DQInitStep",
    "linearity": "jwst.linearity.LinearityStep",
}


def class_path(cls: type) -> str:
    """Return the name by which a class is found again: the shortest public one."""
    for path in ALIASES.values():
        module, _, name = path.rpartition(".")
        if name == cls.__name__ and cls.__module__.startswith(f"{module}."):
            return path
    return f"{cls.__module__}.{cls.__qualname__}"


def _suggestion(name: str, known: list[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, known, 1, 0.5)
    return f"did you mean {near[0]}?" if near else "`strun --list` names the steps"


def _known() -> list[str]:
    return [*ALIASES, *ALIASES.values()]


def _module(name: str, path: str) -> object:
    """Import a module; steps of the user may lie in the current folder."""
    here = os.getcwd()
    added = here not in sys.path
    if added:
        sys.path.insert(0, here)
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as err:
        if err.name and (name == err.name or name.startswith(f"{err.name}.")):
            raise StepNotFoundError(
                f"{path}: there is no module {err.name}; {_suggestion(path, _known())}"
            ) from err
        raise StepNotFoundError(
            f"{path}: its module needs {err.name}, which is not installed"
        ) from err
    except Exception as err:
        raise StepNotFoundError(
            f"{path}: importing {name} failed: {type(err).__name__}: {err}"
        ) from err
    finally:
        if added and here in sys.path:
            sys.path.remove(here)


def find_class(name: str) -> type[Step]:
    """
    Return the step of a class path or an alias.

    Raises
    ------
    StepNotFoundError
        When there is none, or what is there is no step; the nearest name is suggested.
    """
    from jwst.stpipe.step import Step

    path = ALIASES.get(name, name)
    module_name, _, class_name = path.rpartition(".")
    if not module_name:
        raise StepNotFoundError(
            f"{name}: no alias, class path or cfg file of a step; {_suggestion(name, _known())}"
        )
    found = getattr(_module(module_name, path), class_name, None)
    if found is None:
        raise StepNotFoundError(
            f"{path}: {module_name} has no {class_name}; {_suggestion(path, _known())}"
        )
    if not (isinstance(found, type) and issubclass(found, Step)):
        raise StepNotFoundError(f"{path}: is no step (no child of jwst.stpipe.Step)")
    return found


def find(name: str) -> tuple[type[Step], config.Config | None]:
    """
    Return the step that a word of the command line means, with the cfg file if it is one.

    Raises
    ------
    StepNotFoundError
        When it means none.
    ConfigError
        When it is a cfg file that cannot be read.
    """
    if name.endswith((".cfg", ".asdf")) or os.path.isfile(name):
        said = config.read(name)
        class_name = said.class_name or ALIASES.get(said.name or "")
        if class_name is None:
            raise StepNotFoundError(
                f'{name}: names no step; add a line like class = "{ALIASES["dq_init"]}"'
            )
        try:
            return find_class(class_name), said
        except StepNotFoundError as err:
            raise StepNotFoundError(f"{name}: {err}") from err
    return find_class(name), None
