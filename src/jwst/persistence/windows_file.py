"""The file of open windows that one exposure leaves for the next: ASDF, an entry a detector."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from jwst.persistence.asdf_tree import read_tree
from strun import __version__
from strun.engine.arrays import OutputArray
from strun.engine.sparse import SparseImage, SparseValues
from strun.errors import InputError

log = logging.getLogger(__name__)

_ARRAYS = ("rows", "cols", "vals")
_KEYS = (*_ARRAYS, "pers_time")
# what the library itself puts into a tree
_ABOUT = ("asdf_library", "history")
# an empty one
_LEAST = 1500


class Origin(NamedTuple):
    """
    The exposure that windows are of.

    The subarray is corner (from 1) and size of its image, columns first; the shape has rows first.
    """

    label: str
    detector: str
    subarray: tuple[int, ...] | None
    filename: str | None
    shape: tuple[int, int]


def read_windows(path: str, origin: Origin, seconds: int) -> SparseValues | None:
    """
    Return when the windows close that earlier exposures have left open in the pixels of a detector.

    In seconds since 1970, for an exposure whose own windows take so many seconds. None, with a
    warning, when there is nothing in the file that is of the detector and of windows of that
    length. Raises InputError when it is no such file, damaged, or of another subarray.
    """
    detector = origin.detector
    tree = read_tree(path, lambda key: key == detector)
    if detector not in tree:
        there = ", ".join(key for key in tree if key not in _ABOUT) or "nothing"
        log.warning("%s: there is %s in it, no window of %s is open", path, there, detector)
        return None
    entry = _checked(path, tree, detector)
    if entry["pers_time"] != seconds:
        log.warning(
            "%s: its windows of %s take %s s, and persistence_time is %s: they are left out",
            *(path, detector, entry["pers_time"], seconds),
        )
        return None
    found = _values(path, entry, origin)
    said = _subarray(tree, detector, entry.get("filename"))
    if said is not None and origin.subarray is not None and said != origin.subarray:
        raise InputError(
            f"{path}: its windows of {detector} are of the subarray {_place(said)}, "
            f"{origin.label} is one of {_place(origin.subarray)}; give the file of its own"
        )
    return found


def _checked(path: str, tree: Mapping[str, Any], detector: str) -> Mapping[str, Any]:
    """Return the entry of a detector, which has all that one must have."""
    entry = tree[detector]
    missing = [key for key in _KEYS if not (isinstance(entry, Mapping) and key in entry)]
    if missing:
        raise InputError(
            f"{path}: {detector} has no {', '.join(missing)}, expected {', '.join(_KEYS)}: it is "
            "no file of save_persistence; give another one"
        )
    return entry  # type: ignore[no-any-return]


def _values(path: str, entry: Mapping[str, Any], origin: Origin) -> SparseValues:
    rows, columns, ends = (np.asarray(entry[key]) for key in _ARRAYS)
    kinds = rows.dtype.kind + columns.dtype.kind
    alike = rows.ndim == 1 and rows.shape == columns.shape == ends.shape
    if not (alike and set(kinds) <= {"i", "u"} and ends.dtype.kind in "iuf"):
        told = ", ".join(
            f"{key} {array.dtype} {array.shape}"
            for key, array in zip(_ARRAYS, (rows, columns, ends), strict=True)
        )
        raise InputError(
            f"{path}: {origin.detector} has {told}; expected whole numbers, whole numbers and "
            "numbers, as many of each; get a whole copy"
        )
    for places, size, word in zip((rows, columns), origin.shape, ("row", "column"), strict=True):
        if places.size and (places.min() < 0 or places.max() >= size):
            odd = int(places.min() if places.min() < 0 else places.max())
            raise InputError(
                f"{path}: has a window of {origin.detector} in {word} {odd} (from 0), "
                f"{origin.label} has {size} {word}s: it is of another subarray; give the file of "
                "its own"
            )
    rows, columns, ends = rows.astype(np.int32), columns.astype(np.int32), ends.astype(np.float64)
    if (rows[1:] < rows[:-1]).any():
        order = np.argsort(rows, kind="stable")
        rows, columns, ends = rows[order], columns[order], ends[order]
    return SparseValues(rows, columns, ends)


def _subarray(tree: Mapping[str, Any], detector: str, filename: object) -> tuple[int, ...] | None:
    """Return the subarray that an entry is of; None when nobody has said it of that exposure."""
    for each in _history(tree):
        if each.get("detector") == detector and each.get("exposure") == filename:
            place = each.get("subarray")
            return tuple(place) if isinstance(place, list) else None
    return None


def _history(tree: Mapping[str, Any]) -> list[Any]:
    history = tree.get("history")
    entries = history.get("entries") if isinstance(history, Mapping) else None
    return [each for each in entries or () if isinstance(each, Mapping)]


def _place(subarray: tuple[int, ...]) -> str:
    x, y, columns, rows = subarray
    return f"{columns} x {rows} at ({x}, {y})"


class WindowsFile:
    """The file of windows that are open after an exposure; those of other detectors stay in it."""

    replaces = "persistence_array_file"
    result = "persistence_windows"

    def __init__(self, path: str, origin: Origin, seconds: int) -> None:
        self.path = path
        self.origin = origin
        self.seconds = seconds
        self._image = SparseImage(origin.shape)
        self.array: OutputArray = self._image

    @property
    def size(self) -> int:
        """Its bytes, at least: what is there, or an empty one."""
        return os.path.getsize(self.path) if os.path.isfile(self.path) else _LEAST

    def require_usable(self) -> None:
        """Raise InputError if a file that is there is none of windows: nothing is added to it."""
        self._there()

    def _there(self) -> dict[str, Any]:
        """Return what is in the file now."""
        if not os.path.exists(self.path):
            return {}
        tree = read_tree(self.path, lambda key: key != self.origin.detector)
        for key in tree:
            if key not in _ABOUT:
                _checked(self.path, tree, key)
        return tree

    def write(self, fd: int) -> None:
        """Write the file, with what other detectors have in the one that is there now."""
        import asdf

        tree, origin = self._there(), self.origin
        rows, columns, ends = self._image.take()
        tree[origin.detector] = {
            "filename": origin.filename,
            "rows": rows.astype(np.int64),
            "cols": columns.astype(np.int64),
            "vals": ends,
            "pers_time": self.seconds,
        }
        older = [each for each in _history(tree) if each.get("detector") != origin.detector]
        try:
            file = asdf.AsdfFile(tree)
            self._add_to_history(file, older)
            with open(fd, "wb", closefd=False) as stream:
                file.write_to(stream)
        except (OSError, MemoryError):
            raise
        except Exception as err:
            # what other detectors have in it, as whoever wrote it left it
            raise InputError(
                f"{self.path}: what else is in it cannot be written again "
                f"({type(err).__name__}); give another name"
            ) from err

    def _add_to_history(self, file: Any, older: list[Any]) -> None:  # noqa: ANN401
        """Say in a file who has written the entry, and of which subarray; older lines stay."""
        origin = self.origin
        text = f"windows of {origin.detector} that {origin.filename} leaves open"
        file.add_history_entry(text, {"name": "strun", "version": __version__})
        entries = file.tree["history"]["entries"]
        entries[-1] |= {"detector": origin.detector, "exposure": origin.filename}
        if origin.subarray is not None:
            entries[-1]["subarray"] = list(origin.subarray)
        entries[:-1] = older

    def differences(self) -> Iterator[str]:
        """Yield why the file that is there is not one that this exposure, or a later one, left."""
        detector = self.origin.detector
        try:
            tree = self._there()
        except InputError as err:
            yield str(err)
            return
        said = tree.get(detector, {}).get("pers_time")
        if said != self.seconds:
            yield f"{self.path}: windows of {detector} took {said} s, take {self.seconds} s"
