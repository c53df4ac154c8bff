"""Parameter files (cfg, in the syntax of configobj): reading and writing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from strun.errors import ConfigError, ConfigNotFoundError
from strun.parameters.spec import Parameter

# what a cfg, or a section of it, says about a step besides its parameters
ABOUT = ("name", "class", "config_file")

_NONE = "None"


class Config(NamedTuple):
    """
    What a cfg file says: values of ``name`` and ``class``, and of parameters.

    These are texts, lists of texts, or None where the file says None; sections are dictionaries.
    """

    path: str
    name: str | None
    class_name: str | None
    parameters: dict[str, Any]


def flatten(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return dictionaries in dictionaries as dotted names; a section itself as ``section.``."""
    flat: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, dict):
            flat[f"{prefix}{name}."] = None
            flat.update(flatten(value, f"{prefix}{name}."))
        else:
            flat[prefix + name] = value
    return flat


def _text(path: str) -> str:
    try:
        with open(path, "rb") as stream:
            raw = stream.read()
    except FileNotFoundError as err:
        raise ConfigNotFoundError(
            f"{path}: no such cfg file; check the name and the folder"
        ) from err
    except OSError as err:
        raise ConfigError(f"{path}: cfg cannot be read: {err.strerror}; check the path") from err
    if raw.startswith((b"SIMPLE  =", b"\x1f\x8b")):
        raise ConfigError(
            f"{path}: not a cfg file but data; the step comes first: its name or its cfg file"
        )
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as err:
        raise ConfigError(f"{path}: not a text file; expected a cfg file") from err


def _is_asdf(path: str) -> bool:
    try:
        with open(path, "rb") as stream:
            return stream.read(5) == b"#ASDF"
    except OSError:
        return False


def read(path: str) -> Config:
    """Read a cfg file, or an ASDF file of parameters; ConfigError when it is neither."""
    from configobj import ConfigObj, ConfigObjError

    if _is_asdf(path):
        from strun.parameters.asdf_parameters import read_document

        said = read_document(path)
        return Config(path, said.get("name"), said.get("class"), said["parameters"])
    try:
        # not splitlines(): a value may hold one of the rarer line separators
        found = ConfigObj(_text(path).split("\n"), interpolation=False, raise_errors=True)
    except ConfigObjError as err:
        where = f"line {err.line_number}" if err.line_number else "the whole"
        what = f" ({err.line.strip()!r})" if err.line else ""
        raise ConfigError(
            f"{path}: not a cfg file: {where}{what} is not understood; expected name = value, with "
            "quotes around a value that contains # or a comma"
        ) from err
    parameters = _decoded(found)
    about = {key: parameters.pop(key, None) for key in ABOUT}
    return Config(path, about["name"], about["class"], parameters)


def _decoded(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        return {name: _decoded(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_decoded(each) for each in value]
    return None if value == _NONE else value


def _survives(written: str, value: Any) -> bool:  # noqa: ANN401
    from configobj import ConfigObj, ConfigObjError

    try:
        found = ConfigObj(f"x = {written}\n[y]".split("\n"), interpolation=False)
    except ConfigObjError:
        return False
    return found.get("x") == value and list(found) == ["x", "y"]


def _quoted(name: str, value: str, *, in_list: bool) -> str:
    """Return a text in the first of configobj's notations that reads back as the same text."""
    unusual = "\r" in value or any("\ud800" <= char <= "\udfff" for char in value)
    if value != _NONE and not unusual:
        for quote in ("", '"', "'") if in_list else ("", '"', "'", '"""', "'''"):
            written = f"{quote}{value}{quote}"
            if in_list and _survives(f"{written}, {written}", [value, value]):
                return written
            if not in_list and _survives(written, value):
                return written
    raise ConfigError(f"{name} is {value!r}, which a cfg file cannot hold; save to an .asdf file")


def encode(name: str, value: object) -> str:
    """
    Write a parameter's value so that reading the cfg gives it back.

    It is a text, a number, a truth value or None, a list of these, or a class or function of a
    module. ConfigError is raised when the syntax has no way to write it, or it exists in this
    process only: a model, or a function without a name.
    """
    if value is None:
        return _NONE
    if isinstance(value, list | tuple):
        written = [_quoted(name, _as_text(name, each), in_list=True) for each in value]
        return ", ".join(written) + ("," if len(written) < 2 else "")
    return _quoted(name, _as_text(name, value), in_list=False)


def _as_text(name: str, value: object) -> str:
    if isinstance(value, str | int | float):
        return str(value)
    module, path = getattr(value, "__module__", None), getattr(value, "__qualname__", "")
    if module and module != "__main__" and path and "<" not in path:
        return f"{module}.{path}"
    raise ConfigError(
        f"{name} is {value!r}, which a cfg file cannot hold; save it to a file and give its path"
    )


def as_plain(name: str, value: object) -> Any:  # noqa: ANN401
    """
    Return a parameter's value as plain text, number, truth value, None, or a list of these.

    ConfigError is raised when it exists in this process only.
    """
    if isinstance(value, list | tuple):
        return [as_plain(name, each) for each in value]
    for kind in (bool, int, float):
        if isinstance(value, kind):
            # a number of numpy, too
            return kind(value)
    return value if value is None else _as_text(name, value)


def lines(
    name: str,
    class_name: str,
    parameters: Mapping[str, Parameter],
    values: Mapping[str, Any],
) -> list[str]:
    """
    Return a cfg file that gives a step all its parameters, by their dotted names.

    One that has no value comes as a comment, with its default.
    """
    written = [f'name = "{name}"', f'class = "{class_name}"']
    for parameter in parameters.values():
        depth = parameter.name.count(".")
        indent = "  " * max(depth - 1, 0)
        if not parameter.check:
            section = parameter.name.split(".")[-2]
            written += ["", f"{indent}{'[' * depth}{section}{']' * depth}"]
            continue
        if parameter.name in values:
            value = encode(parameter.name, values[parameter.name])
            line = f"{parameter.last} = {value}"
        else:
            line = f"# {parameter.last} = {encode(parameter.name, parameter.default)}"
        comment = [f"{indent}# {parameter.comment}"] if parameter.comment else []
        written += ["", *comment, indent + line]
    return written


def publish_lines(path: str, written: Iterable[str]) -> None:
    """
    Put lines, without line ends, into a file, which appears whole, or not at all.

    An older one is replaced. OutputError is raised when it cannot be written.
    """
    from strun.blockio.together import publish_bytes

    publish_bytes(path, ("\n".join(written) + "\n").encode())
