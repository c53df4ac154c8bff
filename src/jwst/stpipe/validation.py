"""Checking the values of parameters, by configobj's validator and a few types of our own."""

from __future__ import annotations

import os
from typing import Any

from jwst.errors import ConfigError, ValidationError
from jwst.stpipe.spec import OVERRIDE, Parameter

__all__ = ["check", "default", "is_model"]

_PATHS = ("input_file", "output_file")
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

        def path(value: object) -> str:
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
    if parameter.kind in _PATHS and value:
        return os.path.abspath(os.path.join(base, value))
    name = parameter.name.rpartition(".")[2]
    if name.startswith(OVERRIDE) and value.strip() not in ("", "N/A"):
        return os.path.abspath(value)
    return value


def _prepared(parameter: Parameter, value: object) -> object:
    """Return a value as configobj's checks like it: paths as text, a lone word as a list."""
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    if not parameter.takes_list or value is None:
        return value
    return list(value) if isinstance(value, list | tuple) else [value]


def check(parameter: Parameter, value: object, *, origin: str, base: str = "") -> Any:  # noqa: ANN401
    """
    Check a value and turn it into the parameter's type.

    Parameters
    ----------
    parameter : Parameter
        What it is for.
    value : object
        Text, or what Python code gave.
    origin : str
        Where it comes from, for messages: ``command line``, ``cfg x.cfg``.
    base : str, optional
        Folder that a relative ``input_file`` or ``output_file`` is counted from.

    Raises
    ------
    ValidationError
        When it is not of the type, or a file that must exist does not.
    """
    from configobj.validate import ValidateError, VdtUnknownCheckError

    try:
        checked = _get_validator().check(parameter.check, _prepared(parameter, value))
    except VdtUnknownCheckError as err:
        raise ConfigError(f"{parameter.owner}.spec: {parameter.name}: {err}") from err
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
    text = f"{parameter.name}: {value!r} ({origin}) cannot be used"
    if parameter.kind == "boolean":
        return f"{text}; expected true, false, yes, no, 1 or 0"
    if parameter.choices:
        return f"{text}; expected one of {', '.join(parameter.choices)}"
    if isinstance(value, list | tuple) and not parameter.takes_list:
        return f"{text}; expected one value: put quotes around one that contains a comma"
    if parameter.name.rpartition(".")[2].startswith(OVERRIDE):
        return f"{text}; expected a reference file's path, N/A or a data model"
    limits = ", ".join(a for a in parameter.arguments if not a.startswith("default"))
    return f"{text}; expected {parameter.kind}({limits})"


def default(parameter: Parameter) -> Any:  # noqa: ANN401
    """
    Return a parameter's default.

    Raises
    ------
    ValidationError
        When the spec gives none.
    """
    from configobj.validate import VdtMissingValue

    try:
        return _get_validator().check(parameter.check, None, missing=True)
    except VdtMissingValue as err:
        raise ValidationError(
            f"{parameter.name} is missing; expected {parameter.check}"
            + (f": {parameter.comment}" if parameter.comment else "")
        ) from err
