"""What is made of a reference for exposures of one kind, kept in the user's cache."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from strun.blockio.checksum import verify
from strun.blockio.source import FitsFile
from strun.blockio.together import publish
from strun.errors import FitsError, StrunError
from strun.logs import get_logger
from strun.references.hashing import cache_folder, remembered

log = get_logger(__name__)

# an averaged dark of a full frame is 17 MB a group
_MOST_FILES = 8
# a change of what is written asks for another one
_VERSION = 1

_whole: set[tuple[str, int, int]] = set()


def _path(reference: str, key: str) -> str | None:
    """Return where what is made of a reference lies; None when its sum has not been taken yet."""
    digest = remembered(reference)
    if digest is None:
        return None
    return os.path.join(cache_folder("prepared"), f"{digest[:40]}-{key}-{_VERSION}.fits")


def find_prepared(reference: str, key: str) -> FitsFile | None:
    """
    Return what was made of a reference for `key` in an earlier run.

    None when there is none, or it is not what was written: it is made again then.
    """
    path = _path(reference, key)
    if path is None or not os.path.exists(path):
        return None
    try:
        file = FitsFile.as_written(path)
        status = os.stat(path)
        state = (path, status.st_size, status.st_mtime_ns)
        if state not in _whole:
            if verify(file) < len(file.hdus):
                raise FitsError(f"{path} has no checksums")
            _whole.add(state)
    except (StrunError, OSError) as err:
        log.warning("%s: it is not used, and made again", err)
        with suppress(OSError):
            os.unlink(path)
        return None
    with suppress(OSError):
        # the oldest go first
        os.utime(path)
        _whole.add((path, status.st_size, os.stat(path).st_mtime_ns))
    return file


def keep_prepared(reference: str, key: str, write: Callable[[int], None]) -> None:
    """
    Keep what was made of a reference for later runs, where there is a place for it.

    The key says what it was made for, fit for the name of a file; `write` writes a FITS file with
    checksums to the descriptor it is given. Nothing is kept before the reference's sum is known. Of
    the workers of a batch, which all begin without it, one keeps it.
    """
    path = _path(reference, key)
    if path is None:
        return
    folder = os.path.dirname(path)
    try:
        os.makedirs(folder, exist_ok=True)
        with _locked(folder):
            if os.path.exists(path):
                return
            with publish(path) as fd:
                write(fd)
                if path != _path(reference, key):
                    raise OSError("the reference was written to meanwhile")
        files = sorted(
            (each for each in os.scandir(folder) if each.name.endswith(".fits")),
            key=lambda each: each.stat().st_mtime_ns,
        )
        for file in files[:-_MOST_FILES]:
            os.unlink(file)
    except (StrunError, OSError) as err:
        # no home, or a full disk: it is made again next time
        log.debug("%s is not kept: %s", path, err)


@contextmanager
def _locked(folder: str) -> Iterator[None]:
    """Lock a folder; raise BlockingIOError when another process has done so."""
    import fcntl

    fd = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise
        except OSError:
            # network disks may have no locks for folders
            log.debug("%s cannot be locked", folder)
        yield
    finally:
        os.close(fd)
