"""The words of a command line as the inputs of a batch: files, lists of files, folders."""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterator, Sequence

from strun.errors import InputError, InputNotFoundError

_LARGEST_LIST = 1 << 26
_LONGEST_PATH = 4096


def expand(words: Sequence[str | os.PathLike[str]], *, glob: str | None = None) -> list[str]:
    """
    Return the files that words name, each once, as they were written and in their order.

    A word is a file, which may be missing; ``@list.txt``, a text file with one path a line (``#``
    begins a comment line; paths are counted from the current folder); or a folder, from which
    names that match `glob` are taken in their order. Raises InputNotFoundError when a list is not
    there, and InputError when it cannot be read, a folder is named without a pattern, or nothing
    matches.
    """
    found: dict[str, str] = {}
    for word in words:
        for path in _named(os.fspath(word), glob):
            found.setdefault(os.path.normpath(path), path)
    return list(found.values())


def _named(word: str, glob: str | None) -> Iterator[str]:
    if word.startswith("@"):
        for path in _listed(word[1:]):
            yield from _from_folder(path, glob) if _is_folder(path) else [path]
    elif _is_folder(word):
        yield from _from_folder(word, glob)
    else:
        yield word


def _is_folder(path: str) -> bool:
    # a name that cannot be one is a fault of its own later
    return "\0" not in path and os.path.isdir(path)


def _bytes_of_list(path: str) -> bytes:
    # a FIFO that nobody writes to is empty, and not waited for
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(fd, "rb") as stream:
        os.set_blocking(fd, True)
        return stream.read(_LARGEST_LIST + 1)


def _listed(path: str) -> list[str]:
    try:
        content = _bytes_of_list(path)
    except FileNotFoundError as err:
        raise InputNotFoundError(
            f"@{path}: no such list of inputs; write ./@{path} for an exposure of that name"
        ) from err
    except (OSError, ValueError) as err:
        reason = getattr(err, "strerror", None) or str(err)
        raise InputError(f"@{path}: the list cannot be read: {reason}") from err
    lines = content.removeprefix(codecs.BOM_UTF8).splitlines()
    longest = max(map(len, lines), default=0)
    if b"\0" in content or longest > _LONGEST_PATH or len(content) > _LARGEST_LIST:
        raise InputError(f"@{path}: is no text; expected a list in UTF-8 with one path a line")
    # names of files may hold any bytes
    names = [os.fsdecode(line.strip()) for line in lines if not line.startswith(b"#")]
    paths = [name for name in names if name]
    if not paths:
        raise InputError(f"@{path}: the list is empty; expected one path a line")
    return paths


def _from_folder(folder: str, glob: str | None) -> list[str]:
    if glob is None:
        raise InputError(
            f"{folder}: is a folder; say which of its files to take, as --glob '*_uncal.fits'"
        )
    from fnmatch import fnmatchcase

    # as in a shell: what is hidden (._x.fits, which macOS makes of x.fits) is asked for by its dot
    try:
        listed = os.listdir(folder)
    except OSError as err:
        raise InputError(f"{folder}: the folder cannot be read: {err.strerror}") from err
    found = (name for name in listed if name[:1] != "." or glob[:1] == ".")
    names = sorted(name for name in found if fnmatchcase(name, glob))
    paths = [os.path.join(folder, name) for name in names]
    paths = [path for path in paths if not os.path.isdir(path)]
    if not paths:
        raise InputError(f"{folder}: no file matches {glob}; check --glob and the folder")
    return paths
