"""The files of a run beside its products: nothing that it writes may take another's place."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from strun.blockio.source import identity
from strun.errors import ValidationError

JOURNAL = "strun-journal.jsonl"
"""Name of the journal of a batch, in the folder of its products."""


class RunFile(NamedTuple):
    """A file that a run reads or writes: what it is to the run, and its path."""

    what: str
    path: str


# of each exposure of a batch, all others are asked for theirs
_place = cache(os.path.realpath)


def taken(target: str, files: Iterable[RunFile]) -> RunFile | None:
    """Return which of some files a target is, by name or by a link; None when it is none."""
    there, place = identity(target), os.path.realpath(target)
    for file in files:
        if (there and identity(file.path) == there) or _place(file.path) == place:
            return file
    return None


def require_apart(written: Iterable[RunFile], read: Iterable[RunFile]) -> tuple[RunFile, ...]:
    """
    Return all files of a run, none of which is written in the place of another.

    Parameters
    ----------
    written : iterable of RunFile
        Called by the option or argument that names each.
    read : iterable of RunFile
        What the run reads.

    Raises
    ------
    ValidationError
        For the first that is written where another is.
    """
    files = [file._replace(path=os.path.abspath(file.path)) for file in read]
    for each in written:
        other = taken(each.path, files)
        if other is not None:
            raise ValidationError(f"{each.what} {each.path}: is {other.what}; choose another file")
        if os.path.basename(os.path.realpath(each.path)) == JOURNAL:
            raise ValidationError(
                f"{each.what} {each.path}: is the name of a batch's journal; choose another file"
            )
        files.append(RunFile(f"the target of {each.what}", os.path.abspath(each.path)))
    return tuple(files)
