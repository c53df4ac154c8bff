"""Keywords of two headers compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from itertools import zip_longest

from strun.blockio.cards import Header
from strun.blockio.headers import is_structural
from strun.blockio.values import Value
from strun.diff import DATES_AND_NAMES
from strun.diff.results import KeywordDiff

_NAME = frozenset({"EXTNAME", "EXTVER"})
_COMMENTARY = frozenset({"COMMENT", "HISTORY", ""})


def _values(header: Header, ignore: Sequence[str]) -> dict[str, list[Value]]:
    """Return the values of each keyword; what shape and dtype say is left out."""
    found: dict[str, list[Value]] = {}
    for keyword, value in header.items():
        blank = keyword == "" and not value
        if is_structural(keyword) or keyword in _NAME or blank:
            continue
        if not any(fnmatchcase(keyword, pattern.upper()) for pattern in ignore):
            found.setdefault(keyword, []).append(value)
    return found


def _text(value: Value) -> str:
    if isinstance(value, str):
        return repr(value)
    if isinstance(value, bool):
        return "T" if value else "F"
    return "undefined" if value is None else str(value)


def _equal(a: Value, b: Value) -> bool:
    return isinstance(a, bool) == isinstance(b, bool) and a == b


def _commentary(keyword: str, a: list[Value], b: list[Value]) -> Iterator[KeywordDiff]:
    """Yield lines that one header has more often than the other."""
    left, right = Counter(map(str, a)), Counter(map(str, b))
    for line in (left - right).elements():
        yield KeywordDiff(keyword or "(blank)", repr(line), None)
    for line in (right - left).elements():
        yield KeywordDiff(keyword or "(blank)", None, repr(line))


def compare_keywords(
    a: Header, b: Header, *, ignore: Sequence[str] = DATES_AND_NAMES
) -> list[KeywordDiff]:
    """
    Compare the keywords of two headers; their order and their comments do not count.

    Parameters
    ----------
    a, b : Header
        The headers.
    ignore : sequence of str
        Keywords to leave out; ``*`` and ``?`` stand for any letters.

    Returns
    -------
    list of KeywordDiff
        In the order of `a`, then those that only `b` has.
    """
    left, right = _values(a, ignore), _values(b, ignore)
    found: list[KeywordDiff] = []
    missing = object()
    for keyword in dict.fromkeys([*left, *right]):
        ours, theirs = left.get(keyword, []), right.get(keyword, [])
        if keyword in _COMMENTARY:
            found.extend(_commentary(keyword, ours, theirs))
            continue
        for one, other in zip_longest(ours, theirs, fillvalue=missing):
            if one is missing:
                found.append(KeywordDiff(keyword, None, _text(other)))  # type: ignore[arg-type]
            elif other is missing:
                found.append(KeywordDiff(keyword, _text(one), None))  # type: ignore[arg-type]
            elif not _equal(one, other):  # type: ignore[arg-type]
                found.append(KeywordDiff(keyword, _text(one), _text(other)))  # type: ignore[arg-type]
    return found
