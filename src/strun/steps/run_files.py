"""The files of a run beside its products: nothing that it writes may take another's place."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, Protocol

from strun.blockio.file_state import identity
from strun.errors import OutputError, StrunError, ValidationError
from strun.logs import get_logger

if TYPE_CHECKING:
    from strun.engine.arrays import OutputArray

log = get_logger("stpipe.step")

JOURNAL = "strun-journal.jsonl"
"""Name of the journal of a batch, in the folder of its products."""


class RunFile(NamedTuple):
    """A file that a run reads or writes: what it is to the run, and its path."""

    what: str
    path: str


class OtherFile(Protocol):
    """
    A file of another format than FITS, made of what a correction has found out of an exposure.

    It may take the place of the file of a parameter, whose name without sections is `replaces`.
    Blocks store into its array, by the name `result` among their results.
    """

    path: str
    replaces: str
    result: str
    array: OutputArray

    @property
    def size(self) -> int:
        """Its bytes, at least."""

    def write(self, fd: int) -> None:
        """Write it to an empty file, when all blocks are stored."""

    def differences(self) -> Iterator[str]:
        """Yield in what the file that is there is not one that the run would leave."""


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

    Those that are written are called by the option or argument that names each; ValidationError is
    raised for the first that is written where another is.
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


def refuse_overwriting(
    target: str,
    used: Iterable[tuple[str, str]],
    kept: Iterable[RunFile],
    replaces: str | None = None,
) -> None:
    """
    Refuse a product that would take the place of a file that its run reads, or keeps.

    Those that it reads, or may read, are a word and a path each. `replaces` is a parameter, without
    its sections, whose file may be replaced.
    """
    older = identity(target)
    for word, path in used if older else ():
        if identity(path) == older and not _names(word, replaces):
            raise OutputError(
                f"{target}: the product would overwrite the {word} {path}; give --suffix, "
                "--output_file or --output_dir"
            )
    other = taken(target, (file for file in kept if not _names(file.what, replaces)))
    if other is not None:
        raise OutputError(
            f"{target}: the product would take the place of {other.what}; give --suffix, "
            "--output_file or --output_dir"
        )


def _names(what: str, parameter: str | None) -> bool:
    """Return whether a file is that of a parameter, perhaps of a step of a pipeline."""
    return parameter is not None and what.removeprefix("the ").rpartition(".")[2] == parameter


def make_folder(path: str) -> None:
    """Make the folder of a product; OutputError when it cannot be made."""
    folder = os.path.dirname(path)
    if folder:
        try:
            os.makedirs(folder, exist_ok=True)
        except OSError as err:
            raise OutputError(
                f"{folder}: the output folder cannot be made: {err.strerror}; choose another "
                "--output_dir"
            ) from err


def warn_of_other_input(source: str, target: str) -> None:
    """Tell that a product takes the place of one whose record says that it had another input."""
    from strun.blockio.source import primary_header
    from strun.provenance.record import INPUT, decoded

    if not os.path.exists(target):
        return
    try:
        made_from = primary_header(target).get(INPUT)
    except (StrunError, OSError):
        # what is there is no product
        return
    if not isinstance(made_from, str):
        return
    made_from = decoded(made_from)
    old = os.path.join(os.path.dirname(target), made_from)
    if os.path.basename(old) == os.path.basename(source) and (
        identity(old) in (None, identity(source))
    ):
        return
    log.warning("%s was made from %s; the product of %s replaces it", target, made_from, source)
