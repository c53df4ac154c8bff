"""An opened FITS file: its descriptor and its layout."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from strun.blockio.cards import Header
from strun.blockio.file_state import CHANGED, has_changed, state_of
from strun.blockio.layout import Hdu, first_header, scan
from strun.errors import FitsError, InputError, InputNotFoundError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_GZIP = b"\x1f\x8b"


def _open(path: str) -> int:
    try:
        # a FIFO would block in open(), so the kind is asked for first
        mode = os.stat(path).st_mode
        if stat.S_ISDIR(mode):
            raise InputError(
                f"{path}: is a folder, expected a FITS file; --glob '*_uncal.fits' takes its files"
            )
        if not stat.S_ISREG(mode):
            raise InputError(f"{path}: is no regular file; copy it to the disk first")
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError as err:
        raise InputNotFoundError(f"{path}: no such file; check the name and the folder") from err
    except InputError:
        raise
    except ValueError as err:
        raise InputError(f"{path!r}: cannot be a file name ({err})") from err
    except OSError as err:
        raise InputError(f"{path}: cannot be read: {err.strerror}") from err


def _open_plain(path: str) -> tuple[int, os.stat_result]:
    """Open a file, unpacked if it is a gzip file, and return its status as it lies there."""
    fd = _open(path)
    status = os.fstat(fd)
    if os.pread(fd, 2, 0) == _GZIP:
        from strun.blockio.unpacking import unzipped

        fd = unzipped(fd, path)
    return fd, status


def primary_header(path: str) -> Header:
    """
    Return the first header of a file; nothing else of it is read.

    Raises InputError when it cannot be read, FitsError when it is not FITS.
    """
    fd, _ = _open_plain(path)
    try:
        return first_header(fd, path)
    finally:
        os.close(fd)


class FitsFile:
    """
    A FITS file open for reading, with its header-data units in order.

    The descriptor is owned by this object from now on. `status` is that of the file of that name
    when it was opened, None when there is none.
    """

    # what a signal interrupts before `__init__` is closed too
    fd = -1

    def __init__(self, path: str, fd: int, status: os.stat_result | None = None) -> None:
        self.path = path
        self.fd = fd
        self.stat = status
        try:
            self.hdus: tuple[Hdu, ...] = scan(fd, path)
        except BaseException:
            self.close()
            raise

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> FitsFile:
        """
        Open a file; compressed ones are unpacked to a temporary that has no name.

        Raises InputError when it cannot be read, InputNotFoundError when it is not there, and
        FitsError when it is not FITS, cut or damaged.
        """
        path = os.fspath(path)
        file = cls.as_written(path)
        if any(hdu.compressed for hdu in file.hdus):
            from strun.blockio.unpacking import expanded

            with file:
                plain = cls(path, expanded(file.fd, path), file.stat)
                plain.require_unchanged()
                return plain
        return file

    @classmethod
    def as_written(cls, path: str) -> FitsFile:
        """Open a file as `open` does, but leave compressed images compressed."""
        return cls(path, *_open_plain(path))

    @classmethod
    def from_bytes(cls, data: bytes, *, path: str = "<memory>") -> FitsFile:
        """Return a file made of bytes, as another library has written them."""
        from strun.blockio.unpacking import nameless

        return cls(path, nameless(data))

    def require_unchanged(self) -> None:
        """Raise InputError when the file was written to or replaced since it was opened."""
        if self.stat is not None and has_changed(self.path, state_of(self.stat)):
            raise InputError(f"{self.path}: {CHANGED}")

    def require_unwritten(self) -> None:
        """
        Raise InputError when the file was written to: its headers may belong to other data.

        One that was replaced or removed can still be read.
        """
        if self.stat is None:
            return
        now = os.fstat(self.fd)
        same = state_of(now) == state_of(self.stat)
        # what was unpacked is in a file of its own
        if now.st_ino == self.stat.st_ino and not same:
            raise InputError(
                f"{self.path}: was written to after it was opened; open it again to read it"
            )

    def find(self, name: str) -> Hdu | None:
        """Return the first unit of a name (any case), None if there is none."""
        return next(iter(self._by_name.get(name.upper(), ())), None)

    @cached_property
    def images(self) -> dict[str, list[Hdu]]:
        """The units that are images, by name in capitals."""
        found = {
            name: [u for u in units if u.kind == "image"] for name, units in self._by_name.items()
        }
        return {name: units for name, units in found.items() if units}

    @cached_property
    def _by_name(self) -> dict[str, list[Hdu]]:
        found: dict[str, list[Hdu]] = {}
        for hdu in self.hdus:
            found.setdefault(hdu.name, []).append(hdu)
        return found

    def read_array(self, hdu: Hdu, dtype: str | None = None) -> NDArray[Any]:
        """Return the values of an image unit, cast to `dtype` (its own when None)."""
        from strun.blockio.units import read_array

        with self._named_in_errors():
            return read_array(self.fd, hdu, dtype)

    def read_table(self, hdu: Hdu) -> np.ndarray[Any, Any]:
        """Return the rows of a binary table as a structured array."""
        from strun.blockio.tables import read_table

        with self._named_in_errors():
            return read_table(self.fd, hdu)

    @contextmanager
    def _named_in_errors(self) -> Iterator[None]:
        try:
            yield
        except FitsError as err:
            raise FitsError(f"{self.path}: {err}") from err

    def close(self) -> None:
        """Close the descriptor; a second call does nothing."""
        # set first: after a signal in between, its number may be another file's
        fd, self.fd = self.fd, -1
        if fd >= 0:
            os.close(fd)

    def __enter__(self) -> FitsFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        # at the end of the interpreter modules may be gone, and the system closes what is open
        if os is not None:
            self.close()
