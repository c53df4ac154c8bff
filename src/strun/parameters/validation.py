"""Checking the values of parameters, by configobj's validator and a few types of our own."""

from __future__ import annotations

import os
from typing import Any

from strun.errors import ConfigError, ValidationError
from strun.parameters.spec import Parameter

_PATHS = ("input_file", "output_file")
_NOT_PATHS = ("", "N/A")
_EXPECTED = {
    "boolean": "true or false (yes, no, 1, 0)",
    "integer": "an integer",
    "float": "a number",
    "string": "a text",
}
_validator: Any = None


def is_model(value: object) -> bool:
    """Return whether something counts as a data model: by what it can do, not by its class."""
    return not isinstance(value, type) and all(
        hasattr(value, name) for name in ("crds_observatory", "get_crds_parameters", "save")
    )


def _get_validator() -> Any:  # noqa: ANN401
    global _validator
    if _validator is None:
        from configobj.validate import Validator, VdtTypeError

        def model(value: object) -> object:
            if not is_model(value):
                raise VdtTypeError(value)
            return value

        def string_or_model(value: object) -> object:
            return value if isinstance(value, str) else model(value)

        def path(value: object) -> object:
            if not isinstance(value, str):
                raise VdtTypeError(value)
            return value

        _validator = Validator(
            {
                "input_file": path,
                "output_file": path,
                "is_datamodel": model,
                "is_string_or_datamodel": string_or_model,
            }
        )
    return _validator


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


def check(parameter: Parameter, value: object, *, origin: str, base: str = "") -> Any:  # noqa: ANN401
    """
    Check a value and turn it into the parameter's type.

    Parameters
    ----------
    value : object
        Text, or what Python code gave; None is what a parameter is that nobody set.
    origin : str
        Where it comes from, for messages.
    base : str, optional
        Folder that a relative ``input_file`` or ``output_file`` is counted from.

    Raises
    ------
    ValidationError
        When it is not of the type, or a file that must exist does not.
    ConfigError
        When the spec names a type that does not exist.
    """
    if value is None:
        return None
    from configobj.validate import ValidateError, VdtUnknownCheckError

    try:
        checked = _get_validator().check(parameter.check, _prepared(parameter, value))
    except VdtUnknownCheckError as err:
        raise ConfigError(f"spec of {parameter.name}: {err}") from err
    except ValidateError as err:
        raise ValidationError(_complaint(parameter, value, origin)) from err
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
    limits = [a for a in parameter.arguments if not a.startswith("default")]
    if limits:
        return f"{said} {parameter.kind}({', '.join(limits)})"
    return f"{said} {_EXPECTED.get(parameter.kind, parameter.kind)}"
