"""Files that get their names together: all of them when all are whole, or none."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple, Self

from strun.blockio.atomic import Temporary, explained, opened, sync_folder
from strun.blockio.copying import write_all


class _File(NamedTuple):
    """A file that is written under no name, and the name that it is to have."""

    temporary: Temporary
    target: str


class Together:
    """
    Files that appear at the end of a ``with`` statement, unless it ends with an exception.

    With `durable` their bytes are forced to the disk before the first name is given.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self.durable = durable
        self._files: list[_File] = []

    @contextmanager
    def publish(self, path: str, *, over_data: bool = True) -> Iterator[int]:
        """
        Write a file that is to appear with the others; one whose body raises does not.

        Yields the descriptor of an empty file, open for reading and writing. The last file gets its
        name last. For `path`, `over_data` and errors, see `opened`.
        """
        with opened(path, over_data=over_data) as (temporary, target):
            file = _File(temporary, target)
            self._files.append(file)
            try:
                yield temporary.fd
            except BaseException:
                self._files.remove(file)
                raise
            # it stays open until all get their names
            temporary.kept = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self._give_names()
        finally:
            for file in self._files:
                file.temporary.discard()

    def _give_names(self) -> None:
        for file in self._files if self.durable else ():
            with explained(file.target):
                os.fsync(file.temporary.fd)
        if len(self._files) == 1:
            self._rename(self._files[0])
        elif self._files:
            self._give_all_names()
        for folder in {file.temporary.folder for file in self._files} if self.durable else ():
            with explained(folder):
                sync_folder(folder)

    def _give_all_names(self) -> None:
        # known before they are there: a signal in between must not leave one
        older = [file.temporary.new_name() for file in self._files]
        try:
            for file, name in zip(self._files, older, strict=True):
                # what may fail for lack of room comes before the first name
                with explained(file.target):
                    file.temporary.give_name()
                # there may be no older file, or no hard links on the file system
                with suppress(OSError):
                    os.link(file.target, name)
            for file in self._files:
                self._rename(file)
        except BaseException:
            # also an interruption: those that have their names already lose them
            for file, name in zip(self._files, older, strict=True):
                _take_back(file, name)
            raise
        finally:
            for name in older:
                with suppress(OSError):
                    os.unlink(name)

    def _rename(self, file: _File) -> None:
        with explained(file.target):
            file.temporary.rename(file.target)


def _take_back(file: _File, older: str) -> None:
    """Bring the older file of a name back, by its second name; remove the new one without."""
    with suppress(OSError):
        if os.path.samestat(os.fstat(file.temporary.fd), os.stat(file.target)):
            try:
                os.replace(older, file.target)
            except FileNotFoundError:
                os.unlink(file.target)


@contextmanager
def publish(path: str, *, durable: bool = False, over_data: bool = True) -> Iterator[int]:
    """
    Write a file that appears under `path` only when it is whole.

    Yields the descriptor of an empty file, open for reading and writing. A symbolic link is
    followed, an older file replaced at the end; whether that may be one of data, as a product's is,
    says `over_data`. With `durable` the bytes are forced to the disk before the name is given.
    Raises OutputError when the folder cannot be written to or the disk is full; the target is then
    as before.
    """
    with Together(durable=durable) as together, together.publish(path, over_data=over_data) as fd:
        yield fd


def publish_bytes(path: str, data: bytes, *, over_data: bool = False) -> None:
    """
    Write a small file that appears when it is whole, and never where data are unless it may.

    Raises OutputError when it cannot be written, or would take the place of data.
    """
    with publish(path, over_data=over_data) as fd:
        write_all(fd, data, 0)
