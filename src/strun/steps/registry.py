"""From a name to a step: class path, alias, or cfg file."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from strun.class_path import make_importable
from strun.errors import StepImportError, StepNotFoundError
from strun.parameters import config
from strun.steps.run_options import Runnable

if TYPE_CHECKING:
    from strun.steps.step import Step

ALIASES: dict[str, str] = {
    "group_scale": "jwst.group_scale.GroupScaleStep",
    "dq_init": "jwst.dq_init.DQInitStep",
    "saturation": "jwst.saturation.SaturationStep",
    "ipc": "jwst.ipc.IPCStep",
    "superbias": "jwst.superbias.SuperBiasStep",
    "refpix": "jwst.refpix.RefPixStep",
    "firstframe": "jwst.firstframe.FirstFrameStep",
    "lastframe": "jwst.lastframe.LastFrameStep",
    "reset": "jwst.reset.ResetStep",
    "linearity": "jwst.linearity.LinearityStep",
    "rscd": "jwst.rscd.RscdStep",
    "dark_current": "jwst.dark_current.DarkCurrentStep",
    "charge_migration": "jwst.charge_migration.ChargeMigrationStep",
    "jump": "jwst.jump.JumpStep",
    "persistence": "jwst.persistence.PersistenceStep",
    "ramp_fit": "jwst.ramp_fitting.RampFitStep",
    "gain_scale": "jwst.gain_scale.GainScaleStep",
    "guider_cds": "jwst.guider_cds.GuiderCdsStep",
    "calwebb_dark": "jwst.pipeline.DarkPipeline",
    "calwebb_detector1": "jwst.pipeline.Detector1Pipeline",
    "calwebb_guider": "jwst.pipeline.GuiderPipeline",
}
# how stpipe writes an alias of one package
_PACKAGE = "jwst::"


def is_pipeline(alias: str) -> bool:
    """Return whether an alias is that of a pipeline."""
    return ALIASES[alias].startswith("jwst.pipeline.")


def stem(path: str) -> str:
    """Return a file's name without folder and extension."""
    return os.path.splitext(os.path.basename(path))[0]


def _suggestion(name: str, known: list[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, known, 1, 0.5)
    return f"did you mean {near[0]}?" if near else "`strun --list` names the steps"


def _not_found(name: str, reason: str, known: list[str]) -> StepNotFoundError:
    """Return the error of a name that leads to no step: where else it does, or what is near."""
    from strun.steps.other_steps import hint

    elsewhere = hint(name.removeprefix(_PACKAGE))
    return StepNotFoundError(f"{name}: {elsewhere or f'{reason}; {_suggestion(name, known)}'}")


def _known() -> list[str]:
    return [*ALIASES, *ALIASES.values()]


def _module(name: str, path: str, *, mine: bool) -> object:
    if mine and not name.startswith("jwst."):
        # only for steps of the user's own: nothing else is to come from among the data
        make_importable(os.getcwd())
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as err:
        if err.name and (name == err.name or name.startswith(f"{err.name}.")):
            raise _not_found(path, f"there is no module {err.name}", _known()) from err
        raise StepImportError(
            f"{path}: its module needs {err.name}, which is not installed; install it first"
        ) from err
    except (Exception, SystemExit) as err:
        raise StepImportError(
            f"{path}: importing {name} failed: {type(err).__name__}: {err}"
        ) from err


def find_class(name: str, *, mine: bool = True) -> type[Step]:
    """
    Return the step of a class path or an alias.

    When the user has named it (`mine`), the current folder is searched too. StepNotFoundError is
    raised when there is none, or what is there is no step; the nearest name is suggested.
    """
    path = ALIASES.get(name.removeprefix(_PACKAGE), name)
    if "." not in path or "::" in path:
        from strun.steps.other_steps import class_path_of

        path = class_path_of(path) or path
    module_name, _, class_name = path.rpartition(".")
    if not all(part.isidentifier() for part in path.split(".")) or not module_name:
        raise _not_found(name, "no alias, class path or cfg file of a step", _known())
    module = _module(module_name, path, mine=mine)
    found = getattr(module, class_name, None)
    if found is None:
        steps = [
            n for n, v in vars(module).items() if isinstance(v, type) and issubclass(v, Runnable)
        ]
        known = [*(f"{module_name}.{n}" for n in steps), *_known()]
        raise _not_found(path, f"{module_name} has no {class_name}", known)
    if not (isinstance(found, type) and issubclass(found, Runnable)):
        raise StepNotFoundError(
            f"{path}: is no step; expected a class that inherits from jwst.stpipe.Step"
        )
    return cast("type[Step]", found)


def command_line() -> Callable[[list[str]], Step]:
    """Return what runs a step as the command line does: above the steps, and so found by name."""
    found: Callable[[list[str]], Step] = importlib.import_module("strun.cli.cmdline").from_cmdline
    return found


def find_installed(name: str) -> type[Step]:
    """
    Return the step of a class path that a file names: no code is run that is not installed.

    Its package is found without the current folder; modules of Python itself hold no steps, and
    some of them do things when they are imported. StepNotFoundError is raised when there is none.
    """
    parts = name.split(".")[:-1]
    own = parts[:1] == ["jwst"]
    inner = any(part.startswith("__") for part in parts)
    with _without_current_folder():
        if inner or (not own and not _is_installed(parts)):
            raise StepNotFoundError(
                f"{name}: is in no installed package, and the current folder is not searched for "
                "a step that a file names; install its package, or name its folder in PYTHONPATH"
            )
        return find_class(name, mine=False)


@contextmanager
def _without_current_folder() -> Iterator[None]:
    here, before = os.path.realpath(os.curdir), list(sys.path)
    sys.path[:] = [folder for folder in before if os.path.realpath(folder or os.curdir) != here]
    try:
        yield
    finally:
        sys.path[:] = before


def _is_installed(parts: list[str]) -> bool:
    """Return whether a module is found, is none of Python's own, and is not of this folder."""
    if not parts or not all(map(str.isidentifier, parts)) or parts[0] in sys.stdlib_module_names:
        return False
    from importlib.util import find_spec

    here = os.path.realpath(os.curdir)
    for last in range(1, len(parts) + 1):
        module = ".".join(parts[:last])
        try:
            # a package above it is imported for this, after it was looked at itself
            found = find_spec(module)
        except (Exception, SystemExit):
            return False
        if found is None:
            return False
        places = found.submodule_search_locations or [os.path.dirname(found.origin or "")]
        # this folder may be a package of a folder above it
        if here in map(os.path.realpath, places):
            return False
    return True


def named_by(said: config.Config, default: type[Step] | None = None) -> type[Step]:
    """
    Return the step that a cfg file names.

    It must be a child of the `default`, which is taken when the file names none. StepNotFoundError
    is raised when it names none, or another kind.
    """
    name = said.class_name or (said.name if said.name in ALIASES else None)
    if name is None:
        if default is not None:
            return default
        raise StepNotFoundError(
            f'{said.path}: names no step; add a line like class = "{ALIASES["dq_init"]}"'
        )
    # beside the cfg file may lie the module of its step
    make_importable(os.path.dirname(said.path))
    try:
        found = find_class(name)
    except StepNotFoundError as err:
        raise type(err)(f"{said.path}: {err}") from err
    if default is not None and not issubclass(found, default):
        raise StepNotFoundError(
            f"{said.path}: names {name}, expected a {default.__name__}; use another file"
        )
    return found


def find(name: str) -> tuple[type[Step], config.Config | None]:
    """
    Return the step that a word of the command line means, with the cfg file if it is one.

    StepNotFoundError is raised when it means none, ConfigError for a cfg file that cannot be read.
    """
    if name.endswith((".cfg", ".asdf")) or (name not in ALIASES and os.path.isfile(name)):
        said = config.read(name)
        return named_by(said), said
    return find_class(name), None
