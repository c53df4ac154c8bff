"""A list as one text: as it is typed, in a record, and in a spec."""

from __future__ import annotations

from collections.abc import Sequence

_OPENING, _CLOSING = "([{", ")]}"
QUOTES = "'\""


def split_list(text: str) -> list[str]:
    """
    Split what was typed for a list at its commas, except those in quotes or brackets.

    As in ``a, b``, ``'a, b', c``, ``pkg.Hook(x=1, y=2)``. Text with an odd quote is one element.
    """
    parts, quote = split_at_commas(text)
    if quote:
        return [text]
    return [_unquoted(part.strip()) for part in parts if part.strip()]


def split_at_commas(text: str) -> tuple[list[str], str]:
    """Split at commas that are in neither quotes nor brackets; return an open quote, too."""
    parts, depth, quote, start = [], 0, "", 0
    for number, char in enumerate(text):
        if quote:
            quote = "" if char == quote else quote
        elif char in QUOTES:
            quote = char
        elif char in _OPENING:
            depth += 1
        elif char in _CLOSING:
            depth -= 1
        elif char == "," and depth <= 0:
            parts.append(text[start:number])
            start = number + 1
    return [*parts, text[start:]], quote


def _unquoted(part: str) -> str:
    inside = part[1:-1]
    if len(part) > 1 and part[0] == part[-1] and part[0] in QUOTES and part[0] not in inside:
        return inside
    return part


def join_list(values: Sequence[str]) -> str:
    """Return a list as a text of which `split_list` makes the same list again."""
    return ", ".join(_quoted(value) for value in values)


def _quoted(value: str) -> str:
    # a quote or a bracket that stays open would take in what follows
    if split_list(f"{value}, next") == [value, "next"]:
        return value
    # with both kinds within it stays as it is: there is no way to write it
    quote = next((quote for quote in QUOTES if quote not in value), "")
    return f"{quote}{value}{quote}"
