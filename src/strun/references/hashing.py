"""SHA-256 of files, remembered by path, size and time, and taken beside other work."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple
from zlib import crc32

from strun.blockio.copying import Background
from strun.blockio.together import publish_bytes
from strun.errors import ReferenceNotFoundError

_PIECE = 1 << 20
# a file that was written just now may be written again within the same tick of the clock
_SETTLED_NS = 2_000_000_000

_DIGEST = re.compile(r"[0-9a-f]{64}")
# a path is shorter; what is longer is no note
_LONGEST_NOTE = 1 << 16
# notes of files that were looked at last; those of others go, some at a time
_MOST_NOTES = 2000
_AT_A_TIME = 200

_of_this_process: dict[str, _Entry] = {}


class _Entry(NamedTuple):
    """A checksum, and what it was taken of: if that differs now, it is another file."""

    size: int
    modified: int
    changed: int
    digest: str
    path: str

    def is_for(self, status: os.stat_result, path: str) -> bool:
        state = (status.st_size, status.st_mtime_ns, status.st_ctime_ns)
        return state == self[:3] and path == self.path


def cache_folder(name: str) -> str:
    """Return a folder of the user's cache; it need not be there."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "strun", name)


def _folder() -> str:
    return cache_folder("sha256")


def _note_of(path: str) -> str:
    """Return the small file that remembers the checksum of a path."""
    number = crc32(os.fsencode(path))
    return os.path.join(_folder(), f"{os.path.basename(path)[:100]}-{number:08x}")


def is_digest(text: str) -> bool:
    """Return whether a text is a SHA-256: 64 hexadecimal digits."""
    return _DIGEST.fullmatch(text) is not None


def _read(note: str) -> _Entry | None:
    """Return what a note says; None when there is none, or it is no note."""
    try:
        # O_NONBLOCK: a FIFO would wait for somebody to write
        fd = os.open(note, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(fd, "rb") as stream:
            text = os.fsdecode(stream.read(_LONGEST_NOTE))
        size, modified, changed, digest, path = text.split(" ", 4)
        entry = _Entry(int(size), int(modified), int(changed), digest, path)
    except (OSError, ValueError):
        return None
    return entry if is_digest(digest) else None


def _remember(entry: _Entry) -> None:
    """Keep a checksum for later runs, where there is a place for it."""
    _of_this_process[entry.path] = entry
    if time.time_ns() - max(entry.modified, entry.changed) < _SETTLED_NS:
        return
    # no home, or a full disk: it is taken again next time
    with suppress(OSError):
        os.makedirs(_folder(), exist_ok=True)
        publish_bytes(_note_of(entry.path), os.fsencode(" ".join(map(str, entry))))
        _prune()


def _prune() -> None:
    """Remove the oldest notes when there are too many: files come and go, and so do folders."""
    names = os.listdir(_folder())
    if len(names) < _MOST_NOTES + _AT_A_TIME:
        return
    dated = []
    for path in (os.path.join(_folder(), name) for name in names):
        # another process may remove some too
        with suppress(OSError):
            dated.append((os.stat(path).st_mtime_ns, path))
    for _, path in sorted(dated)[:-_MOST_NOTES]:
        with suppress(OSError):
            os.unlink(path)


def remembered(path: str) -> str | None:
    """Return the SHA-256 of a file when it was taken before, and the file is the same since."""
    path = os.path.abspath(path)
    try:
        status = os.stat(path)
    except OSError:
        return None
    entry = _of_this_process.get(path)
    if entry is None or not entry.is_for(status, path):
        entry = _read(_note_of(path))
    if entry is None or not entry.is_for(status, path):
        return None
    _of_this_process[path] = entry
    return entry.digest


def sha256(path: str) -> str:
    """
    Return the SHA-256 of a file as 64 hexadecimal digits.

    It is read in pieces of 1 MiB, unless its checksum is remembered. Raises ReferenceNotFoundError
    when it cannot be read.
    """
    known = remembered(path)
    if known is not None:
        return known
    import hashlib

    path = os.path.abspath(path)
    total, piece = hashlib.sha256(), bytearray(_PIECE)
    try:
        with open(path, "rb", buffering=0) as stream:
            status = os.fstat(stream.fileno())
            while size := stream.readinto(piece):
                total.update(memoryview(piece)[:size])
    except OSError as err:
        raise ReferenceNotFoundError(f"{path}: cannot be read: {err.strerror}") from err
    state = (status.st_size, status.st_mtime_ns, status.st_ctime_ns)
    _remember(_Entry(*state, total.hexdigest(), path))
    return total.hexdigest()


def find_file(digest: str) -> str | None:
    """Return a file whose SHA-256 began so when it was last looked at, and still does."""
    try:
        notes = [entry.path for entry in os.scandir(_folder())]
    except OSError:
        notes = []
    entries = [*_of_this_process.values(), *filter(None, map(_read, notes))]
    for entry in entries:
        if entry.digest.startswith(digest) and remembered(entry.path) == entry.digest:
            return entry.path
    return None


class Hashing:
    """Checksums of files, taken by a thread while other work goes on; remembered ones at once."""

    def __init__(self, paths: set[str]) -> None:
        known = {path: remembered(path) for path in paths}
        self.digests = {path: digest for path, digest in known.items() if digest is not None}
        self._left = sorted(paths - set(self.digests))
        self._pieces = self._take()
        self._beside: Background | None = None

    def _take(self) -> Iterator[None]:
        for path in self._left:
            self.digests[path] = sha256(path)
            yield

    def start(self) -> None:
        """Begin, when there is anything to do."""
        if self._left and self._beside is None:
            self._beside = Background(self._pieces, sum(map(_size, self._left)))

    def finish(self) -> dict[str, str]:
        """
        Take what is left and return path to checksum.

        Raises ReferenceNotFoundError when a file cannot be read.
        """
        self.start()
        if self._beside is not None:
            self._beside.finish()
        return self.digests


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        # taking its checksum says what is wrong
        return 0
