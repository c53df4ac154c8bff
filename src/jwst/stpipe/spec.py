"""The parameters of a step: merged from its classes, validated, described."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from configobj import ConfigObj
from configobj.validate import Validator, VdtTypeError, VdtValueError, is_string

from jwst.errors import ValidationError

__all__ = ["Parameter", "merge", "parameters", "text", "validated"]

_LISTS = ("list", "string_list", "int_list", "float_list", "force_list")
_SPLIT = ("string_list", "int_list", "float_list", "force_list")
_TRUE = frozenset({"true", "on", "1", "yes"})
_FALSE = frozenset({"false", "off", "0", "no"})


class Parameter(NamedTuple):
    """A parameter: its name, its check in configobj's words, and what it is for."""

    name: str
    check: str
    comment: str

    @property
    def kind(self) -> str:
        """The check without its arguments: 'string', 'boolean', 'list' ..."""
        return self.check.split("(", 1)[0].strip()

    @property
    def default(self) -> Any:  # noqa: ANN401
        """The value that it has when nobody says another; None when it must be given."""
        try:
            return _validator().get_default_value(self.check)
        except KeyError:
            return None


def _parsed(spec: str) -> ConfigObj:
    return ConfigObj(
        spec.splitlines(), _inspec=True, list_values=False, interpolation=False, raise_errors=True
    )


def _split(value: str) -> tuple[str, str]:
    """Return check and comment: the comment begins at the first # outside quotes."""
    quote = ""
    for number, character in enumerate(value):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character == "#":
            return value[:number].strip(), value[number:].lstrip("# ").strip()
    return value.strip(), ""


def merge(specs: Iterable[str]) -> dict[str, Parameter]:
    """Return the parameters of several spec texts; a later one wins and keeps the place."""
    found: dict[str, Parameter] = {}
    for spec in specs:
        parsed = _parsed(spec)
        for name in parsed.scalars:
            found[name] = Parameter(name, *_split(str(parsed[name])))
    return found


def text(found: Mapping[str, Parameter]) -> str:
    """Return parameters as the lines of a spec, aligned, with their comments."""
    names = max((len(name) for name in found), default=0)
    checks = max((len(p.check) for p in found.values()), default=0)
    lines = [
        f"    {p.name:<{names}} = {p.check:<{checks}}  # {p.comment}".rstrip(" #")
        for p in found.values()
    ]
    return "\n" + "\n".join(lines) + "\n    "


def parameters(found: Mapping[str, Parameter]) -> dict[str, Any]:
    """Return every parameter's default."""
    return {name: p.default for name, p in found.items()}


def _string(value: Any, *args: Any, **options: Any) -> Any:  # noqa: ANN401
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    if isinstance(value, list):
        raise VdtTypeError(f"{', '.join(map(str, value))} (a list: put the value in quotes)")
    return is_string(value, *args, **options)


def _string_or_model(value: Any) -> Any:  # noqa: ANN401
    # anything that can say what it is for and be saved counts as a model
    if hasattr(value, "get_crds_parameters") and hasattr(value, "save"):
        return value
    return _string(value)


def _boolean(value: Any) -> bool:  # noqa: ANN401
    if isinstance(value, str):
        word = value.strip().lower()
        if word in _TRUE | _FALSE:
            return word in _TRUE
        raise VdtTypeError(value)
    if value in (True, False):
        return bool(value)
    raise VdtTypeError(value)


def _list(value: Any, *_: Any) -> list[Any]:  # noqa: ANN401
    if isinstance(value, str) or not isinstance(value, list | tuple):
        return [value]
    return list(value)


def _validator() -> Validator:
    return Validator(
        {
            "string": _string,
            "boolean": _boolean,
            "input_file": _string,
            "output_file": _string,
            "is_string_or_datamodel": _string_or_model,
            "list": _list,
        }
    )


_EXPECTED = {
    "boolean": "true or false (yes, no, 1, 0)",
    "integer": "an integer",
    "float": "a number",
    "is_string_or_datamodel": "a file name or a model",
}


def _check(parameter: Parameter, value: Any, validator: Validator) -> Any:  # noqa: ANN401
    if value is None or (value == "None" and parameter.default is None):
        return parameter.default if value is None else None
    if parameter.kind in _SPLIT and isinstance(value, str):
        value = [item.strip() for item in value.split(",")] if value.strip() else []
    try:
        return validator.check(parameter.check, value)
    except (VdtTypeError, VdtValueError) as err:
        expected = _EXPECTED.get(parameter.kind, parameter.check)
        raise ValidationError(
            f"{parameter.name} = {value!r} cannot be used: expected {expected}"
        ) from err


def validated(found: Mapping[str, Parameter], values: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return a value for every parameter: those given, checked and converted, and the defaults.

    Raises
    ------
    ValidationError
        For an unknown name, or a value that is not of the parameter's kind.
    """
    unknown = [name for name in values if name not in found]
    if unknown:
        from difflib import get_close_matches

        near = get_close_matches(unknown[0], found, 1)
        hint = f"; did you mean {near[0]}?" if near else f"; known are {', '.join(found)}"
        raise ValidationError(f"no parameter is named {unknown[0]!r}{hint}")
    validator = _validator()
    result = {}
    for name, parameter in found.items():
        given = values.get(name)
        result[name] = parameter.default if given is None else _check(parameter, given, validator)
    return result
