"""Warnings that the exposures of a batch have in common: shown once, and counted."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import logging

# what tells the warnings of two exposures apart
_FILE = re.compile(r"[^\s'\"]*\.fits[^\s'\"]*")


class RepeatedWarnings:
    """
    Lets each warning pass once, whatever exposure it is about; a filter of the log.

    Errors pass always.
    """

    def __init__(self) -> None:
        self._first: dict[tuple[str, int, str], str] = {}
        self._counts: Counter[tuple[str, int, str]] = Counter()

    def __call__(self, record: logging.LogRecord) -> bool:
        """Return whether a line of the log is a new one."""
        if record.levelname != "WARNING":
            return True
        text = record.getMessage()
        key = (record.name, record.levelno, _FILE.sub("", text))
        self._first.setdefault(key, text)
        self._counts[key] += 1
        return self._counts[key] == 1

    def lines(self) -> list[str]:
        """Return a line for each warning that came more than once."""
        return [
            f"{count - 1:,} more {'warning' if count == 2 else 'warnings'} like: "
            + " ".join(self._first[key].split())
            for key, count in self._counts.items()
            if count > 1
        ]
