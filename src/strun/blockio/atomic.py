"""Publishing a file under its name in one instant, whole or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from strun.errors import OutputError, StrunError

_PREFIX, _SUFFIX = ".strun-", ".part"
_NO_NAMELESS = {errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL, errno.ENOENT}
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_BROKEN = {errno.EIO, errno.ESTALE, errno.ENXIO}
# how files of data begin: FITS, ASDF, packed
_DATA = (b"SIMPLE  =", b"#ASDF", b"\x1f\x8b", b"BZh", b"PK\x03\x04", b"\xfd7zXZ")
_swept: set[str] = set()


def _host() -> str:
    return "".join(c for c in os.uname().nodename if c.isalnum())[:24]


def owned(prefix: str) -> str:
    """Return the begin of a temporary name that says whose it is, for `left_behind`."""
    return f"{prefix}{_host()}-{os.getpid()}-"


def alive(pid: int) -> bool:
    """Return whether there is a process of this number on this host."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def sweep(folder: str) -> None:
    """Remove temporary files that processes of this host left here when they were killed."""
    if folder in _swept:
        return
    _swept.add(folder)
    for path in left_behind(folder, _PREFIX):
        if path.endswith(_SUFFIX):
            # another process sweeps too, or the folder is read-only: no harm is done
            with suppress(OSError):
                os.unlink(path)


def left_behind(folder: str, prefix: str) -> list[str]:
    """Return what processes of this host left in a folder that are gone; see `owned`."""
    mine = f"{prefix}{_host()}-"
    try:
        names = os.listdir(folder)
    except OSError:
        # a folder that cannot be listed may still be written to
        return []
    pids = {name: name[len(mine) :].split("-")[0] for name in names if name.startswith(mine)}
    return [
        os.path.join(folder, name)
        for name, pid in pids.items()
        if pid.isdigit() and not alive(int(pid))
    ]


class Temporary:
    """A file being written beside its target, without a name where the system can do that."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.name: str | None = None
        self.fd = -1
        # whether it outlives the statement that has opened it
        self.kept = False

    def new_name(self) -> str:
        """Return a hidden name beside the target; what is left of it by a kill is swept away."""
        return os.path.join(self.folder, f"{owned(_PREFIX)}{os.urandom(4).hex()}{_SUFFIX}")

    def open(self) -> None:
        """Make the file, empty; `discard` it whatever happens."""
        self.fd = self._nameless()
        if self.fd < 0:
            # known before it is there: a signal in between must not leave it
            self.name = self.new_name()
            self.fd = os.open(self.name, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)

    def _nameless(self) -> int:
        """Return a file that vanishes with its last descriptor, even when we are killed."""
        if not hasattr(os, "O_TMPFILE") or not os.path.isdir("/proc/self/fd"):
            return -1
        try:
            return os.open(self.folder, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o666)
        except OSError as err:
            if err.errno in _NO_NAMELESS:
                return -1
            raise

    def give_name(self) -> None:
        """Give the file a hidden name, unless it has one."""
        if self.name is None:
            self.name = self.new_name()
            self._link(self.name)

    def _link(self, name: str) -> None:
        # with a directory descriptor Python calls linkat(), which follows the link
        os.link(f"/proc/self/fd/{self.fd}", name, src_dir_fd=self.fd, follow_symlinks=True)

    def rename(self, target: str) -> None:
        """Give the file its final name; an older file of that name is replaced."""
        if self.name is None:
            try:
                self._link(target)
                return
            except FileExistsError:
                self.give_name()
        assert self.name is not None  # it was just given
        os.replace(self.name, target)
        self.name = None

    def discard(self) -> None:
        """Close, and remove what has not been given its final name."""
        # set first: after a signal in between, its number may be another file's
        fd, self.fd = self.fd, -1
        if fd >= 0:
            os.close(fd)
        if self.name is not None:
            # it may have its final name by now, or never have been made
            with suppress(OSError):
                os.unlink(self.name)


def sync_folder(folder: str) -> None:
    """Force the names in a folder to the disk."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def refuse_data(path: str) -> None:
    """
    Raise OutputError where there are data: a FITS, an ASDF or a packed file.

    A log, a list of parameters or the like must not take their place.
    """
    if os.path.isfile(path):
        with open(path, "rb") as stream:
            is_data = stream.read(9).startswith(_DATA)
        if is_data:
            raise OutputError(f"{path}: holds data, which would be lost; give another name")


@contextmanager
def opened(path: str, *, over_data: bool = True) -> Iterator[tuple[Temporary, str]]:
    """
    Open a file that is to get a name; what has none in the end is removed.

    Yields the file, open and empty, and its final name: a symbolic link is followed. Only with
    `over_data` may an older file be one of data, as a product's is. Raises OutputError when the
    folder cannot be written to or the disk is full.
    """
    target = os.path.realpath(path)
    folder = os.path.dirname(target)
    with explained(path):
        if os.path.isdir(target):
            raise OutputError(f"{path}: is a folder, expected a file name for the product")
        if os.path.exists(target) and not os.path.isfile(target):
            raise OutputError(f"{path}: is no regular file, expected a file name for the product")
        if not over_data:
            refuse_data(target)
        sweep(folder)
    temporary = Temporary(folder)
    try:
        with explained(path):
            temporary.open()
        yield temporary, target
    except OSError as err:
        # other errors of the body concern the files that it reads
        if err.errno in _FULL or (err.errno in _BROKEN and not isinstance(err, StrunError)):
            raise _explained(err, path) from err
        raise
    finally:
        if not temporary.kept:
            temporary.discard()


@contextmanager
def explained(path: str) -> Iterator[None]:
    """Say what the system's errors mean for a product."""
    try:
        yield
    except OSError as err:
        if isinstance(err, StrunError):
            raise
        raise _explained(err, path) from err


_WORDS = {
    errno.ENOSPC: "no space left on the disk; make room or choose another --output_dir",
    errno.EDQUOT: "the disk quota is used up; make room or choose another --output_dir",
    errno.EFBIG: "larger than the system lets a file be; raise the limit (ulimit -f)",
    errno.EACCES: "the folder may not be written to; choose another --output_dir",
    errno.EPERM: "the folder may not be written to; choose another --output_dir",
    errno.EROFS: "the file system is read-only; choose another --output_dir",
    errno.ENOENT: "the folder does not exist; make it or give --output_dir",
    errno.ENOTDIR: "a part of the path is no folder; choose another --output_dir",
    errno.EIO: "Input/output error while reading or writing; look at the disks",
    errno.ESTALE: "a network disk went away (Stale file handle); run again",
    errno.ENXIO: "a disk went away (No such device); look at the disks",
    errno.ENAMETOOLONG: "the name is too long for the file system; give --output_file",
}


def _explained(err: OSError, path: str) -> OutputError:
    reason = _WORDS.get(err.errno or 0, err.strerror or str(err))
    return OutputError(f"{path}: cannot be written: {reason}")
