"""The examples of a page: fenced blocks of a shell or of Python, in their order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_FENCE = re.compile(r"^(`{3,})(\S*)[^\n]*\n(.*?)^\1\n", re.DOTALL | re.MULTILINE)
# a comment of MyST, or of HTML, before a block that cannot be run here
_NOT_RUN = re.compile(r"(?:% not run: .*|<!-- not run: .* -->)\n+\Z")
_TIMES = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}")


@dataclass(frozen=True)
class Command:
    """What is typed at a prompt, and the output that the page shows, if any."""

    words: str
    output: str


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, its first line in the page, and whether it runs."""

    language: str
    text: str
    line: int
    runs: bool

    @property
    def commands(self) -> list[Command]:
        """What a block of a shell types, line by line."""
        found: list[Command] = []
        for part in re.split(r"^\$ ", self.text, flags=re.MULTILINE)[1:]:
            words = re.match(r"(?:.*\\\n)*.*\n", part)
            assert words is not None
            typed = re.sub(r"\\\n\s*", "", words[0]).strip()
            found.append(Command(typed, part[words.end() :]))
        return found


def blocks(page: Path, *languages: str) -> list[Block]:
    """Return the blocks of a page that are in some languages."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(
            found[2],
            found[3],
            text.count("\n", 0, found.start()) + 2,
            runs=_NOT_RUN.search(text[: found.start()]) is None,
        )
        for found in _FENCE.finditer(text)
        if found[2] in languages
    ]


def matches(expected: str, found: str) -> bool:
    """Return whether an output is what a page shows; ``...`` stands for anything."""
    wanted = _TIMES.sub("TIME", expected).strip()
    pieces = [re.escape(piece) for piece in wanted.split("...")]
    return re.fullmatch(".*".join(pieces), _TIMES.sub("TIME", found).strip(), re.DOTALL) is not None
