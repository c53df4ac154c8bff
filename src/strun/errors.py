"""The errors of this package: one tree, each with the exit code of the command line.

Every class is also a child of a builtin exception, so that Python code may catch either.
Texts are one line: what was found and where, what was expected, what to do. They are written with
options as typed in a shell (``--output_dir``, ``--allow-mismatch``); Python code is told of
arguments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

# characters of a message: its begin says what was found, its end what to do
_HEAD, _TAIL = 600, 280


# not in quotes: those are what somebody has typed
_OPTION = r"(?<![^\s(])--([a-z][a-z_-]+)(?: ([A-Z]{2,}|'[^']*'))?"
# options without a value
_FLAGS = frozenset({"allow_mismatch", "checksum", "durable", "force", "resume", "verify"})
# what only the command does
_COMMANDS = frozenset({"list", "pack_refs", "scheduler", "with_hooks"})


class StrunError(Exception):
    """Base of every error that this package raises on purpose."""

    exit_code: ClassVar[int] = 1
    # whether a command shows the texts: its user types options
    for_shell: ClassVar[bool] = False

    def __str__(self) -> str:
        text = super().__str__()
        return text if StrunError.for_shell else re.sub(_OPTION, _as_argument, text)


def _as_argument(option: re.Match[str]) -> str:
    """Return an option as the argument of a Python call."""
    name, value = option[1].replace("-", "_"), option[2]
    if name in _COMMANDS:
        return f"strun {option[0]}" if name == "pack_refs" else option[0]
    if value:
        return f"{name}={value}"
    return f"{name}=True" if name in _FLAGS else name


@contextmanager
def shown_in_shell() -> Iterator[None]:
    """Let the texts of errors have options as they are typed, for a while."""
    before, StrunError.for_shell = StrunError.for_shell, True
    try:
        yield
    finally:
        StrunError.for_shell = before


class InputError(StrunError, ValueError):
    """An exposure cannot be used as it is."""


class InputKindError(InputError, TypeError):
    """Something is given as an exposure, or with one, that is of no usable kind."""


class InputNotFoundError(InputError, FileNotFoundError):
    """An exposure is not where it was said to be."""


class FitsError(InputError, OSError):
    """A file is not FITS, is truncated, or says things that cannot be."""


class ReferenceFileError(StrunError, ValueError):
    """A reference file cannot be used."""


class ReferenceNotFoundError(ReferenceFileError, FileNotFoundError):
    """No reference file could be found for an exposure."""


class ReferenceMismatchError(ReferenceFileError):
    """A reference file is for another instrument, detector or kind of correction."""


class OutputError(StrunError, OSError):
    """A product cannot be written where it was asked for."""


class OutputKindError(OutputError, ValueError):
    """A file's name asks for a kind of file that is not written."""


class ConfigError(StrunError, ValueError):
    """A parameter file (cfg) cannot be read or does not name a step."""


class ConfigNotFoundError(ConfigError, FileNotFoundError):
    """A parameter file is not where it was said to be."""

    exit_code: ClassVar[int] = 2


class ValidationError(ConfigError):
    """A parameter has an unknown name or an unusable value."""

    exit_code: ClassVar[int] = 2


class StepNotFoundError(StrunError, LookupError, ValueError):
    """A name does not lead to a step: no such module, class, alias or file."""

    exit_code: ClassVar[int] = 2


class StepImportError(StepNotFoundError):
    """The module of a step is there, but cannot be imported."""

    exit_code: ClassVar[int] = 1


class StepError(StrunError, RuntimeError):
    """A step was used in a way that it cannot follow."""


class HookError(StrunError, RuntimeError):
    """A hook before or after a step failed or could not be started."""


def readable(text: str, kept: str = "") -> str:
    """Return a text in which nothing is a command to a terminal, as names of files may be."""
    if text.isprintable():
        return text
    # ascii(): bytes that are no text, in the name of a file, cannot be written either
    return "".join(c if c.isprintable() or c in kept else ascii(c)[1:-1] for c in text)


def shortened(text: str) -> str:
    """Return a message in one line, without the middle of one that is too long for it."""
    line = " ".join(text.split())
    return line if len(line) <= _HEAD + _TAIL else f"{line[:_HEAD]} ... {line[-_TAIL:]}"


def words_of(err: BaseException) -> str:
    """Return what an error says in one line; its kind when it says nothing, or fails to."""
    kind = type(err).__name__
    try:
        text = str(err)
    except Exception:  # code of a step or hook may have made it
        text = "its message cannot be read"
    if isinstance(err, StrunError) and text:
        return shortened(text)
    return shortened(f"{kind}: {text}" if text else kind)
