"""Values of parameters: from which of several sources each comes, and that it is of its type."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from strun.errors import ConfigError, ValidationError
from strun.parameters.config import ABOUT, flatten, read
from strun.parameters.spec import Parameter

DEFAULT = "default"
_PATHS = ("input_file", "output_file")
_NOT_PATHS = ("", "N/A")
_EXPECTED = {
    "boolean": "true or false (yes, no, 1, 0)",
    "integer": "an integer",
    "file": "a file name",
    "float": "a number",
    "saved_file": "a file name",
    "string": "a text",
}


def is_model(value: object) -> bool:
    """Return whether something counts as a data model: by what it can do, not by its class."""
    return not isinstance(value, type) and all(
        hasattr(value, name) for name in ("crds_observatory", "get_crds_parameters", "save")
    )


def _text(value: object) -> object:
    return value if isinstance(value, str) else None


def _file(value: object) -> object:
    # an empty text names none
    return _text(value) or None


def _model(value: object) -> object:
    return value if is_model(value) else None


def _text_or_model(value: object) -> object:
    return value if isinstance(value, str) or is_model(value) else None


def _boolean(value: object) -> object:
    if isinstance(value, str):
        return _BOOLEANS.get(value.lower())
    return next((known for known in (False, True) if value == known), None)


# without limits these are checked here, None when a value does not fit: configobj's validator
# takes long to load, and most runs set nothing else
_OWN: dict[str, Callable[[object], object]] = {
    "boolean": _boolean,
    "string": _text,
    "input_file": _text,
    "output_file": _text,
    **dict.fromkeys(("file", "saved_file"), _file),
    "is_datamodel": _model,
    "is_string_or_datamodel": _text_or_model,
}
_BOOLEANS = dict.fromkeys(("true", "yes", "on", "1"), True)
_BOOLEANS |= dict.fromkeys(("false", "no", "off", "0"), False)


@cache
def _validator() -> Any:  # noqa: ANN401
    from configobj.validate import Validator

    return Validator()


def _absolute(parameter: Parameter, value: str, base: str) -> str:
    """Resolve a path where it enters: later code may run in another folder or process."""
    if parameter.last == "output_file":
        value = os.path.expandvars(os.path.expanduser(value))
        if value.endswith(os.sep):
            raise ValidationError(
                f"{parameter.name} = {value!r}: names a folder, expected a file; output_dir says "
                "the folder"
            )
        if not os.path.dirname(value):
            # a name and no place: products go to output_dir, or where the run is
            return value
    if parameter.kind in _PATHS and value:
        return os.path.abspath(os.path.join(base, value))
    if parameter.is_override and value.strip() not in _NOT_PATHS:
        return os.path.abspath(value)
    return value


def _prepared(parameter: Parameter, value: object) -> object:
    """Return a value as configobj's checks like it: paths as text, a lone value as a list."""
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    if not parameter.takes_list:
        return value
    return list(value) if isinstance(value, list | tuple) else [value]


def _converted(parameter: Parameter, value: object) -> object:
    """Return a value as the parameter's type, None when it is not of it."""
    if parameter.kind in _OWN and not parameter.limits:
        return _OWN[parameter.kind](value)
    from configobj.validate import ValidateError, VdtUnknownCheckError

    try:
        checked: object = _validator().check(parameter.check, value)
    except VdtUnknownCheckError as err:
        raise ConfigError(f"spec of {parameter.name}: {err}") from err
    except ValidateError:
        return None
    return checked


def check(parameter: Parameter, value: object, *, origin: str, base: str = "") -> Any:  # noqa: ANN401
    """
    Check a value, of text or of Python code, and turn it into the parameter's type.

    A relative ``input_file`` or ``output_file`` is counted from `base`. Raises ValidationError when
    the value is not of the type, or a file that must exist does not; ConfigError when the spec
    names a type that does not exist.
    """
    if value is None:
        return None
    checked = _converted(parameter, _prepared(parameter, value))
    if checked is None:
        raise ValidationError(_complaint(parameter, value, origin))
    if isinstance(checked, str):
        checked = _absolute(parameter, checked, base)
        if parameter.kind == "input_file" and not os.path.exists(checked):
            raise ValidationError(
                f"{parameter.name} ({origin}): no such file: {checked}; give one that exists"
            )
    return checked


def _complaint(parameter: Parameter, value: object, origin: str) -> str:
    said = f"{parameter.name} = {value!r} ({origin}) cannot be used: expected"
    if isinstance(value, list | tuple) and not parameter.takes_list:
        return f"{said} one value; put quotes around one that contains a comma"
    if parameter.choices:
        return f"{said} one of {', '.join(parameter.choices)}"
    if parameter.is_override:
        return f"{said} a file name, N/A or a data model"
    if parameter.limits:
        return f"{said} {parameter.kind}({', '.join(parameter.limits)})"
    return f"{said} {_EXPECTED.get(parameter.kind, parameter.kind)}"


class Layer(NamedTuple):
    """
    One source of values: 'command line', 'cfg', 'CRDS', 'call'; `file` if it is one.

    Sections are dictionaries, or dots in the name. Relative ``input_file`` and ``output_file``
    values are counted from the folder `base`.
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
    Give each parameter of a step, by its dotted name, the value of the strongest source.

    The weakest comes first; what none names gets the default of the spec. ValidationError is
    raised when a name is unknown, a value of the wrong type, or one without default missing.
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
            value = check(parameter, value, origin=layer.where, base=layer.base)
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
