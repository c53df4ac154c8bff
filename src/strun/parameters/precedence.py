"""Which of several sources a parameter's value comes from, and that it is remembered."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from strun.errors import ValidationError
from strun.parameters import validation
from strun.parameters.config import ABOUT, flatten, read
from strun.parameters.spec import Parameter

DEFAULT = "default"


class Layer(NamedTuple):
    """
    One source of values.

    Attributes
    ----------
    origin : str
        What to call it: 'command line', 'cfg', 'CRDS', 'call'.
    values : mapping
        Name to value; sections are dictionaries, or dots in the name.
    base : str
        Folder that relative ``input_file`` and ``output_file`` values are counted from.
    file : str
        The file that says them, if it is one.
    """

    origin: str
    values: Mapping[str, Any]
    base: str = ""
    file: str = ""

    @property
    def where(self) -> str:
        """The source, in messages."""
        return f"{self.origin} {self.file}".strip()


class Setting(NamedTuple):
    """A parameter's value, and where it comes from."""

    value: Any
    origin: str


def _is_about(name: str) -> bool:
    return name.startswith("steps.") and name.rpartition(".")[2] in ABOUT


def _spread(layer: Layer) -> list[Layer]:
    """Return a layer with dotted names, behind those of cfg files that it names for steps."""
    values = flatten(layer.values)
    spread = []
    for name, value in values.items():
        if _is_about(name) and name.endswith(".config_file") and value:
            path = os.path.join(layer.base, os.fspath(value))
            prefix = name.removesuffix("config_file")
            found = {prefix + key: each for key, each in flatten(read(path).parameters).items()}
            spread.append(Layer(layer.origin, found, os.path.dirname(path), path))
    own = {name: value for name, value in values.items() if not _is_about(name)}
    return [*spread, layer._replace(values=own)]


def _refuse_unknown(layers: Iterable[Layer], known: Mapping[str, Parameter]) -> None:
    for layer in layers:
        for name in layer.values:
            if name in known:
                continue
            from difflib import get_close_matches

            names = [n for n, parameter in known.items() if parameter.check]
            near = get_close_matches(name, names, 1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(names)}"
            raise ValidationError(
                f"no parameter is named {name.rstrip('.')!r} ({layer.where}); {hint}"
            )


def resolve(known: Mapping[str, Parameter], layers: Sequence[Layer]) -> dict[str, Setting]:
    """
    Give each parameter the value of the strongest source that names it.

    Parameters
    ----------
    known : mapping
        The parameters of a step.
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
    full = [each for layer in layers for each in _spread(layer)]
    _refuse_unknown(full, known)
    full.reverse()
    settings = {}
    for name, parameter in known.items():
        if not parameter.check:
            continue
        layer = next((layer for layer in full if name in layer.values), None)
        if layer is not None:
            value = layer.values[name]
            value = validation.check(parameter, value, origin=layer.where, base=layer.base)
            settings[name] = Setting(value, layer.origin)
        elif parameter.written_default is None:
            raise ValidationError(
                f"{name} is missing: {parameter.comment or parameter.check}; it must be given"
            )
        else:
            # defaults of lists must not be shared between steps: the property makes new ones
            settings[name] = Setting(parameter.default, DEFAULT)
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
