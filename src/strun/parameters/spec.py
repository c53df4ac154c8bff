"""The parameters of a step: what each class writes in `spec`, merged along its bases."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from strun.errors import ConfigError
from strun.parameters.list_text import QUOTES, split_at_commas

OVERRIDE = "override_"
WRITTEN = frozenset({"output_file", "saved_file"})
"""Kinds of files that a run writes."""
# to the first number sign that is not in quotes
_CHECK = re.compile(r"""(?:[^#'"]|'[^']*(?:'|\Z)|"[^"]*(?:"|\Z))*""")
# attributes that a step has besides its methods
_STATE = frozenset({"name", "parent", "config_file", "origins", "references", "counts"})


class Parameter(NamedTuple):
    """
    One parameter of a step, or a section of them, with a comment of what it is for.

    Sections are joined by dots in its name, ``steps.dq_init.skip``; that of a section ends in one.
    The check is in the words of configobj, ``float(min=0, default=1)``; empty for a section.
    """

    name: str
    check: str
    comment: str

    @property
    def last(self) -> str:
        """The name without its sections."""
        return self.name.rpartition(".")[2]

    @property
    def kind(self) -> str:
        """The check without its arguments: 'string', 'boolean', 'list' ..."""
        return self.check.partition("(")[0].strip()

    @property
    def takes_list(self) -> bool:
        """Whether its value is a list."""
        return self.kind.endswith(("list", "tuple"))

    @property
    def is_written(self) -> bool:
        """Whether it names a file that the run writes."""
        return self.kind in WRITTEN

    @property
    def is_override(self) -> bool:
        """Whether it takes the place of a reference file."""
        return self.last.startswith(OVERRIDE)

    @property
    def arguments(self) -> list[str]:
        """What stands between the brackets of the check, split at its commas."""
        return list(_arguments(self.check))

    @property
    def limits(self) -> list[str]:
        """The arguments of the check without the default."""
        return [a for a in self.arguments if not a.startswith("default")]

    @property
    def choices(self) -> list[str]:
        """What an ``option`` may be."""
        if self.kind != "option":
            return []
        return [a.strip(QUOTES) for a in self.limits]

    @property
    def written_default(self) -> str | None:
        """The default as the check says it; None when it says none."""
        return _written_default(self.check)

    @property
    def default(self) -> Any:  # noqa: ANN401
        """The value that it has when nobody says another; None when it must be given."""
        value = _default(self.check)
        # lists must not be shared between steps
        return list(value) if isinstance(value, tuple) else value


@cache
def _arguments(check: str) -> tuple[str, ...]:
    inside = check.partition("(")[2].rpartition(")")[0]
    return tuple(part.strip() for part in split_at_commas(inside)[0] if part.strip())


@cache
def _written_default(check: str) -> str | None:
    for argument in _arguments(check):
        name, equals, value = argument.partition("=")
        if equals and name.strip() == "default":
            return value.strip()
    return None


@cache
def _default(check: str) -> Any:  # noqa: ANN401
    """Return the default of a check; a list as a tuple."""
    written, kind = _written_default(check), check.partition("(")[0].strip()
    if written is None or written == "None":
        return None
    if written.startswith("list("):
        parts, _ = split_at_commas(written[5:-1])
        return tuple(part.strip().strip(QUOTES) for part in parts if part.strip())
    if written.startswith(("'", '"')):
        return written.strip(written[0])
    if kind == "boolean":
        return written.lower() in ("true", "yes", "on", "1")
    return ast.literal_eval(written) if kind in ("integer", "float") else written


def adopt(cls: type) -> None:
    """Keep the lines that a class body wrote in `spec` as its own, and let it inherit the rest."""
    cls.own_spec = cls.__dict__.get("spec", "")  # type: ignore[attr-defined]
    if "spec" in cls.__dict__:
        del cls.spec  # type: ignore[attr-defined]


@cache
def _own(cls: type) -> tuple[Parameter, ...]:
    """Return what one class wrote itself."""
    lines = (cls.__dict__.get("own_spec") or "").splitlines()
    if not any(line.strip() for line in lines):
        return ()
    # a run needs it soon, but whoever only imports a step does not
    from configobj import ConfigObj, ConfigObjError

    try:
        parsed = ConfigObj(
            lines, _inspec=True, list_values=False, interpolation=False, raise_errors=True
        )
    except ConfigObjError as err:
        raise ConfigError(
            f"{cls.__name__}.spec: {err}; expected lines `name = type(default=...)  # help`"
        ) from err
    return tuple(_walk(parsed, ""))


def _walk(section: Any, prefix: str) -> Iterator[Parameter]:  # noqa: ANN401
    for name in section.scalars:
        check, comment = _check_and_comment(section[name])
        above = " ".join(line.strip(" #") for line in section.comments.get(name, ()))
        yield Parameter(prefix + name, check, comment or above)
    for name in section.sections:
        yield Parameter(f"{prefix}{name}.", "", "")
        yield from _walk(section[name], f"{prefix}{name}.")


def _check_and_comment(written: str) -> tuple[str, str]:
    """Cut a line behind the name at the first # that is not in quotes."""
    found = _CHECK.match(written)
    end = found.end() if found else len(written)
    return written[:end].strip(), written[end:].strip(" #")


def own_names(cls: type) -> list[str]:
    """Return the names of the parameters that a class wrote itself."""
    return [parameter.name for parameter in _own(cls) if parameter.check]


def _merged(cls: type) -> dict[str, Parameter]:
    found: dict[str, Parameter] = {}
    # the parameters of all steps, which may be properties
    base: set[str] = set()
    for klass in reversed(cls.__mro__):
        found.update((parameter.name, parameter) for parameter in _own(klass))
        base = base or set(found)
    _refuse_reserved(cls, found, base)
    for reftype in getattr(cls, "reference_file_types", ()):
        found[OVERRIDE + reftype] = Parameter(
            OVERRIDE + reftype,
            "is_string_or_datamodel(default=None)",
            f"Use this {reftype} reference file; N/A skips",
        )
    step_defs = getattr(cls, "step_defs", None) or {}
    if step_defs:
        found["steps."] = Parameter("steps.", "", "")
    for key, step in step_defs.items():
        found[f"steps.{key}."] = Parameter(f"steps.{key}.", "", "")
        for name, parameter in step.parameters.items():
            found[f"steps.{key}.{name}"] = parameter._replace(name=f"steps.{key}.{name}")
    return _by_section(found)


def _refuse_reserved(cls: type, found: Mapping[str, Parameter], base: set[str]) -> None:
    """Refuse parameters that would take the place of what the framework needs of a step."""
    for klass in cls.__mro__:
        if klass.__module__.startswith("strun."):
            taken = (klass.__dict__.keys() | _STATE) - base
            reserved = [name for name in found if name in taken]
            if reserved:
                raise ConfigError(
                    f"{cls.__name__}.spec: {reserved[0]} is an attribute of all steps; call the "
                    "parameter something else"
                )


def _by_section(found: dict[str, Parameter]) -> dict[str, Parameter]:
    """Put what is in no section first: in a cfg it could not stand behind one."""
    sections = list(dict.fromkeys(name.partition(".")[0] for name in found if "." in name))
    order = {name: 1 + number for number, name in enumerate(sections)}

    def place(item: tuple[str, Parameter]) -> int:
        return order[item[0].partition(".")[0]] if "." in item[0] else 0

    return dict(sorted(found.items(), key=place))


class MergedParameters:
    """
    What ``SomeStep.parameters`` is: all parameters of a class, by name, those of bases first.

    They are put together when first asked for: importing a step stays cheap.
    """

    def __get__(self, instance: object, owner: type) -> dict[str, Parameter]:
        merged: dict[str, Parameter] | None = owner.__dict__.get("_parameters")
        if merged is None:
            merged = _merged(owner)
            owner._parameters = merged  # type: ignore[attr-defined]
        return merged


class MergedSpec:
    """What ``SomeStep.spec`` is: the parameters that a user can set, as text with comments."""

    def __get__(self, instance: object, owner: Any) -> str:  # noqa: ANN401
        return text({n: p for n, p in owner.parameters.items() if not p.is_override})


def text(found: Mapping[str, Parameter]) -> str:
    """Return parameters as the lines of a spec, aligned, with their comments."""
    scalars = [p for p in found.values() if p.check]
    names = max((len(p.last) for p in scalars), default=0)
    checks = max((len(p.check) for p in scalars if len(p.check) < 50), default=0)
    lines = []
    for parameter in found.values():
        depth = parameter.name.count(".")
        if parameter.check:
            line = f"{parameter.last:<{names}} = {parameter.check:<{checks}}"
            line += f"  # {parameter.comment}" if parameter.comment else ""
        else:
            line = f"{'[' * depth}{parameter.name.split('.')[-2]}{']' * depth}"
        lines.append("    " + "  " * (depth - (not parameter.check)) + line.rstrip())
    return "\n" + "\n".join(lines) + "\n    "
