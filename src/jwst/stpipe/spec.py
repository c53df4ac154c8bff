"""The parameters of a step: what each class writes in `spec`, merged along its bases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from jwst.errors import ConfigError

__all__ = ["MergedSpec", "Parameter", "adopt", "as_text", "own_names", "parameters"]

OVERRIDE = "override_"
_QUOTES = "'\""


class Parameter(NamedTuple):
    """
    One parameter of a step.

    Attributes
    ----------
    name : str
        Sections are joined by dots: ``steps.dq_init.skip``.
    check : str
        How a value is checked, in the words of configobj: ``float(min=0, default=1)``.
    comment : str
        What it is for, in a line.
    owner : str
        Name of the class that wrote it last.
    """

    name: str
    check: str
    comment: str
    owner: str

    @property
    def kind(self) -> str:
        """Return the type: string, boolean, list, input_file ..."""
        return self.check.partition("(")[0].strip()

    @property
    def arguments(self) -> list[str]:
        """Return what stands between the brackets of the check, split at its commas."""
        inside = self.check.partition("(")[2].rpartition(")")[0]
        return [part.strip() for part in _split(inside) if part.strip()]

    @property
    def default(self) -> str | None:
        """Return the default as it is written in the check; None when there is none."""
        for argument in self.arguments:
            name, equals, value = argument.partition("=")
            if equals and name.strip() == "default":
                return value.strip()
        return None

    @property
    def choices(self) -> list[str]:
        """Return what an ``option`` may be."""
        if self.kind != "option":
            return []
        return [a.strip(_QUOTES) for a in self.arguments if not a.startswith("default")]

    @property
    def takes_list(self) -> bool:
        """Return whether its value is a list."""
        return self.kind.endswith("list") or self.kind == "tuple"


def _split(text: str) -> list[str]:
    """Split at commas that are in neither quotes nor brackets."""
    parts, depth, quote, start = [], 0, "", 0
    for number, char in enumerate(text):
        if quote:
            quote = "" if char == quote else quote
        elif char in _QUOTES:
            quote = char
        elif char in "([":
            depth += 1
        elif char in ")]":
            depth -= 1
        elif char == "," and not depth:
            parts.append(text[start:number])
            start = number + 1
    return [*parts, text[start:]]


class MergedSpec:
    """What ``SomeStep.spec`` reads as: all parameters that a user can set, with comments."""

    def __get__(self, instance: object, owner: type) -> str:
        found = parameters(owner, overrides=False)
        return "\n" + "".join(f"    {line}\n" if line else "\n" for line in as_text(found))


def adopt(cls: type) -> None:
    """Keep the lines that a class body wrote in `spec` as its own, and let it inherit the rest."""
    cls.own_spec = cls.__dict__.get("spec", "")  # type: ignore[attr-defined]
    if "spec" in cls.__dict__:
        del cls.spec  # type: ignore[attr-defined]


def _own(cls: type) -> Iterator[Parameter]:
    """Yield what one class wrote itself; a section without parameters has an empty check."""
    text = cls.__dict__.get("own_spec") or ""
    if not text.strip():
        return
    from configobj import ConfigObj, ConfigObjError

    try:
        lines = ConfigObj(
            text.splitlines(), list_values=False, interpolation=False, raise_errors=True
        )
    except ConfigObjError as err:
        raise ConfigError(
            f"{cls.__name__}.spec: {err}; expected lines `name = type(default=...)  # help`"
        ) from err
    yield from _walk(lines, "", cls.__name__)


def _walk(section: Any, prefix: str, owner: str) -> Iterator[Parameter]:  # noqa: ANN401
    for name in section.scalars:
        above = " ".join(line.strip(" #") for line in section.comments.get(name, ()))
        comment = (section.inline_comments.get(name) or above).strip(" #")
        yield Parameter(prefix + name, section[name].strip(), comment, owner)
    for name in section.sections:
        yield Parameter(f"{prefix}{name}.", "", "", owner)
        yield from _walk(section[name], f"{prefix}{name}.", owner)


def own_names(cls: type) -> list[str]:
    """Return the names of the parameters that a class wrote itself."""
    return [parameter.name for parameter in _own(cls) if parameter.check]


def parameters(cls: type, *, overrides: bool = True) -> dict[str, Parameter]:
    """
    Return the parameters of a step class.

    Parameters
    ----------
    cls : type
        A step, or a pipeline: its steps' parameters come as ``steps.<step>.<name>``.
    overrides : bool, optional
        Also ``override_<type>`` for each of its reference file types.

    Returns
    -------
    dict
        By name, those of the bases first. Names that end in a dot are sections.

    Raises
    ------
    ConfigError
        When a class has a broken `spec`.
    """
    found: dict[str, Parameter] = {}
    for klass in reversed(cls.__mro__):
        found.update((parameter.name, parameter) for parameter in _own(klass))
    if overrides:
        for reftype in getattr(cls, "reference_file_types", ()):
            found[OVERRIDE + reftype] = Parameter(
                OVERRIDE + reftype,
                "is_string_or_datamodel(default=None)",
                f"Use this {reftype} reference file; N/A means none",
                cls.__name__,
            )
    step_defs = getattr(cls, "step_defs", None) or {}
    if step_defs:
        found["steps."] = Parameter("steps.", "", "", cls.__name__)
    for key, step in step_defs.items():
        prefix = f"steps.{key}."
        found[prefix] = Parameter(prefix, "", "", step.__name__)
        for name, parameter in parameters(step, overrides=overrides).items():
            found[prefix + name] = parameter._replace(name=prefix + name)
    return found


def as_text(found: dict[str, Parameter]) -> list[str]:
    """Return parameters as the lines of a spec: names, checks and comments in columns."""
    scalars = [p for p in found.values() if p.check]
    names = max((len(p.name.rpartition(".")[2]) for p in scalars), default=0)
    checks = max((len(p.check) for p in scalars), default=0)
    lines = []
    for parameter in found.values():
        *sections, name = parameter.name.split(".")
        indent = "  " * len(sections)
        if not parameter.check:
            depth = len(sections)
            lines.append(f"{indent[2:]}{'[' * depth}{sections[-1]}{']' * depth}")
            continue
        line = f"{indent}{name:{names}} = {parameter.check:{checks}}"
        lines.append(f"{line}  # {parameter.comment}" if parameter.comment else line.rstrip())
    return lines
