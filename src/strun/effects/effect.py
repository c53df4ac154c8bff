"""What a step did to an exposure, in numbers, in a line and in a few words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, TypeAlias


class Effect(NamedTuple):
    """
    What a step did.

    Attributes
    ----------
    numbers : dict
        Names and numbers, fit for JSON. Fractions are of 1, relative changes too; exposures of a
        batch are compared by those called ``fraction...`` and ``..._change``.
    line : str
        For a person.
    brief : str
        In a few words, for a column of a table.
    """

    numbers: dict[str, Any]
    line: str
    brief: str


Share: TypeAlias = tuple[str, str, str]
"""
A count that is a part of another one, so many samples of all are saturated: the name of the count
(``samples_saturated``), that of the count of all (``samples``), and what the part is
(``saturated``).
"""


def share(part: float, total: float) -> float:
    """Return a part as a fraction of all; 0 when there is nothing."""
    return part / total if total else 0.0


def percent(fraction: float) -> str:
    """Return a fraction as a percentage, never rounded to none or all."""
    if 0 < fraction < 1e-4:
        return "under 0.01 %"
    if 0.9999 < fraction < 1:
        return "over 99.99 %"
    return f"{100 * fraction:.3g} %"


def shares(counts: Mapping[str, Any], rows: Iterable[Share]) -> Effect:
    """
    Return an effect whose numbers are parts of others; the first one is the most important.

    Of what the correction counted, a list ``<name>_by_group`` goes into the numbers as it is.
    """
    numbers: dict[str, Any] = {}
    line, brief, last = "", "", ""
    for name, of, words in rows:
        part, total = int(counts.get(name, 0)), int(counts.get(of, 0))
        fraction = share(part, total)
        kind = name.removeprefix(f"{of}_")
        numbers |= {of: total, name: part, f"fraction_{kind}": fraction}
        by_group = f"{name}_by_group"
        if by_group in counts:
            numbers[by_group] = counts[by_group]
        # what the numbers are of is said once
        whole = "" if of == last else f" of {total:,} {of}"
        between = "" if not last else "; " if whole else ", "
        line += f"{between}{part:,}{whole} {words} ({percent(fraction)})"
        last = of
        brief = brief or f"{percent(fraction)} {words}"
    return Effect(numbers, line, brief)


def listed(counts: Mapping[str, Any]) -> Effect:
    """Return the effect of a step that has no words of its own: its counts by their names."""
    line = ", ".join(
        f"{name.replace('_', ' ')} {value:,}"
        for name, value in counts.items()
        if isinstance(value, int | float)
    )
    return Effect(dict(counts), line, line)


def numbers_of(effects: Mapping[str, Effect]) -> dict[str, Any]:
    """Return the numbers of a step or, by their names, those of the steps of a pipeline."""
    if len(effects) == 1:
        return next(iter(effects.values())).numbers
    return {name: effect.numbers for name, effect in effects.items()}


def line_of(effects: Mapping[str, Effect], *, named: bool = False) -> str:
    """Return the line of a step (`named`: with its name), or those of the steps of a pipeline."""
    if len(effects) == 1 and not named:
        return next(iter(effects.values())).line
    return "; ".join(f"{name}: {each.line}" for name, each in effects.items() if each.line)


def brief_of(effects: dict[str, Effect]) -> str:
    """Return the few words of a step, of a pipeline those of the last step that has some."""
    return next((each.brief for each in reversed(effects.values()) if each.brief), "")
