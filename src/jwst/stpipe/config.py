"""Parameter files (cfg): read, written, and merged with what else is said."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from configobj import ConfigObj, ConfigObjError

from jwst.errors import ConfigError
from jwst.stpipe.spec import Parameter

__all__ = ["Config", "Settings", "precedence", "read", "write"]

_OWN = ("name", "class")


class Config(NamedTuple):
    """What a cfg file says."""

    path: str
    name: str | None
    class_name: str | None
    parameters: dict[str, Any]
    steps: dict[str, dict[str, Any]]


class Settings(NamedTuple):
    """Values of parameters, and for each where it comes from."""

    values: dict[str, Any]
    origins: dict[str, str]


def read(path: str) -> Config:
    """
    Read a cfg file.

    Raises
    ------
    ConfigError
        When it cannot be read, or is no list of ``name = value`` lines.
    """
    try:
        with open(path, encoding="utf-8") as stream:
            lines = stream.read().splitlines()
        parsed = ConfigObj(lines, interpolation=False, raise_errors=True)
    except FileNotFoundError as err:
        raise ConfigError(f"{path}: no such cfg file; check the name and the folder") from err
    except OSError as err:
        raise ConfigError(f"{path}: cannot be read: {err.strerror}") from err
    except UnicodeDecodeError as err:
        raise ConfigError(f"{path}: not a text file, expected a cfg file") from err
    except ConfigObjError as err:
        raise ConfigError(f"{path}: not a cfg file: {_first_line(err)}") from err
    steps = {name: dict(parsed["steps"][name]) for name in parsed.get("steps", {})}
    values = {key: parsed[key] for key in parsed.scalars if key not in _OWN}
    return Config(path, parsed.get("name"), parsed.get("class"), values, steps)


def _first_line(err: ConfigObjError) -> str:
    text = str(err).split("\n", 1)[0].rstrip(".")
    line = getattr(err, "line", None)
    return f"{text} ({line.strip()!r})" if line else text


def write(path: str, *, name: str, class_name: str, values: Mapping[str, Any]) -> None:
    """Write a cfg file; values survive a reading of it whatever characters they hold."""
    parsed = ConfigObj(interpolation=False, encoding="utf-8")
    parsed["name"] = name
    parsed["class"] = class_name
    for key, value in values.items():
        parsed[key] = value
    lines = [line.decode("utf-8") if isinstance(line, bytes) else line for line in parsed.write()]
    try:
        with open(path, "w", encoding="utf-8") as stream:
            stream.write("\n".join(lines) + "\n")
    except OSError as err:
        raise ConfigError(f"{path}: cannot be written: {err.strerror}") from err


def template(name: str, class_name: str, found: Mapping[str, Parameter]) -> str:
    """Return a cfg file that names a step and shows every parameter as a commented line."""
    lines = [f'name = "{name}"', f'class = "{class_name}"', ""]
    for parameter in found.values():
        default = parameter.default
        shown = ", ".join(default) + "," if isinstance(default, list) else default
        lines.append(f"# {parameter.comment}" if parameter.comment else "#")
        lines.append(f"# {parameter.name} = {shown}")
    return "\n".join(lines) + "\n"


def precedence(*sources: tuple[str, Mapping[str, Any]]) -> Settings:
    """
    Merge values of several sources; a later one wins.

    Parameters
    ----------
    *sources
        Pairs of a word for the source and its values; values that are None are not said.
    """
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for origin, said in sources:
        for name, value in said.items():
            if value is not None:
                values[name] = value
                origins[name] = origin
    return Settings(values, origins)


def absolute(path: str) -> str:
    """Return a path as it was meant, with ``~`` and ``$VAR`` replaced, made absolute."""
    return os.path.abspath(os.path.expandvars(os.path.expanduser(path)))
