"""Which of several sources a parameter's value comes from, and that it is remembered."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from jwst.errors import ValidationError
from jwst.stpipe import validation
from jwst.stpipe.config import ABOUT, flatten, read
from jwst.stpipe.spec import Parameter, parameters

__all__ = ["COMMAND_LINE", "DEFAULT", "PYTHON", "Layer", "Setting", "nested", "resolve"]

COMMAND_LINE = "command line"
DEFAULT = "default"
PYTHON = "Python"


class Layer(NamedTuple):
    """
    One source of values.

    Attributes
    ----------
    origin : str
        What to call it: ``command line``, ``cfg x.cfg``, ``CRDS pars-x.asdf``, ``Python``.
    values : mapping
        Dotted name to value.
    base : str
        Folder that relative ``input_file`` and ``output_file`` values are counted from.
    """

    origin: str
    values: Mapping[str, Any]
    base: str = ""


class Setting(NamedTuple):
    """A parameter's value, and where it comes from."""

    value: Any
    origin: str


def _step_files(layer: Layer) -> list[Layer]:
    """Return layers for the cfg files that a pipeline's `[steps]` sections name."""
    below = []
    for name, value in layer.values.items():
        if not (name.startswith("steps.") and name.endswith(".config_file") and value):
            continue
        path = os.path.join(layer.base, str(value))
        config = read(path)
        prefix = name.removesuffix("config_file")
        values = {prefix + key: found for key, found in config.values.items()}
        below.append(Layer(f"cfg {path}", values, os.path.dirname(path)))
    return below


def _without_names(layer: Layer) -> Layer:
    """Drop the `name`, `class` and `config_file` of a pipeline's steps: no parameters."""
    values = {
        name: value
        for name, value in layer.values.items()
        if not (name.startswith("steps.") and name.rpartition(".")[2] in ABOUT)
    }
    return layer._replace(values=values)


def _reject_unknown(layers: Iterable[Layer], known: Mapping[str, Parameter], cls: type) -> None:
    for layer in layers:
        for name in layer.values:
            if name in known:
                continue
            from difflib import get_close_matches

            names = [n for n in known if not n.endswith(".")]
            near = get_close_matches(name, names, n=1)
            hint = f"did you mean {near[0]}?" if near else f"expected one of {', '.join(names)}"
            raise ValidationError(
                f"{name.rstrip('.')} ({layer.origin}) is no parameter of {cls.__name__}; {hint}"
            )


def resolve(cls: type, layers: Sequence[Layer]) -> dict[str, Setting]:
    """
    Give each parameter of a step the value of the strongest source that names it.

    Parameters
    ----------
    cls : type
        The step's class.
    layers : sequence of Layer
        The weakest first. What none names gets the default of the spec.

    Returns
    -------
    dict
        Dotted name to checked value and origin.

    Raises
    ------
    ValidationError
        When a name is unknown, a value of the wrong type, or one without default missing.
    """
    known = parameters(cls)
    full = [each for layer in layers for each in (*_step_files(layer), layer)]
    full = [_without_names(layer._replace(values=flatten(layer.values))) for layer in full]
    _reject_unknown(full, known, cls)
    settings = {}
    for name, parameter in known.items():
        if not parameter.check:
            continue
        layer = next((layer for layer in reversed(full) if name in layer.values), None)
        if layer is None:
            settings[name] = Setting(validation.default(parameter), DEFAULT)
            continue
        value = validation.check(
            parameter, layer.values[name], origin=layer.origin, base=layer.base
        )
        settings[name] = Setting(value, layer.origin)
    return settings


def nested(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return dotted names as dictionaries in dictionaries."""
    tree: dict[str, Any] = {}
    for name, value in values.items():
        *sections, last = name.split(".")
        branch = tree
        for section in sections:
            branch = branch.setdefault(section, {})
        branch[last] = value
    return tree
