"""Flags of a reference file, whose DQ_DEF table says what each of its bits means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from strun.datamodels.dqflags import pixel
from strun.errors import ReferenceFileError

_WORD = 0xFFFFFFFF
# values looked at in one go: they and what is made of them stay in the cache of a core
_CHUNK = 1 << 16

Definitions: TypeAlias = "np.ndarray[Any, Any] | Iterable[tuple[int, str]] | None"


class Decoder:
    """
    Translates the bits of a reference's DQ to the standard flags.

    A pixel that has any bit of a row's VALUE (bits of the reference) gets the flag of its NAME (a
    standard flag); rows add up. Without rows it is `plain`: bits are taken as they are. Bits of
    names that are `unknown` are dropped; `oddities` say in a line each what a user should know.
    """

    def __init__(self, dq_def: Definitions) -> None:
        rows = list(_rows(dq_def))
        self.unknown: list[str] = [name for _, name in rows if name not in pixel]
        self.oddities = [
            f"DQ_DEF names {name}, which does not correspond to an existing DQ mnemonic, so will "
            "be ignored"
            for name in self.unknown
        ]
        self.oddities += _wrong_bits(dq_def)
        self._pairs = [(value, pixel[name]) for value, name in rows if name in pixel]
        self._tables = _tables(self._pairs)
        self.plain = not rows

    def decode(self, dq: NDArray[Any]) -> NDArray[np.uint32]:
        """
        Return standard flags.

        Parameters
        ----------
        dq : ndarray of uint32
            Bits of the reference, of any shape; it is not changed.

        Returns
        -------
        ndarray of uint32
            A new array, or `dq` itself when bits are taken as they are.
        """
        words = dq.astype(np.uint32, copy=False)
        return words if self.plain else _translated(words, self._tables)

    def encode(self, dq: NDArray[Any]) -> NDArray[np.uint32]:
        """
        Return the reference's bits of standard flags: what `decode` was made from.

        Parameters
        ----------
        dq : ndarray of uint32
            Standard flags, of any shape; flags that the table does not name are dropped.

        Returns
        -------
        ndarray of uint32
            A new array, or `dq` itself when bits are taken as they are.
        """
        words = dq.astype(np.uint32, copy=False)
        if self.plain:
            return words
        return _translated(words, _tables((flag, value) for value, flag in self._pairs))


def _rows(dq_def: Definitions) -> Iterator[tuple[int, str]]:
    """Yield value and name of each row, names without padding."""
    if dq_def is None:
        return
    pairs: Iterable[tuple[Any, Any]]
    if isinstance(dq_def, np.ndarray):
        if not dq_def.ndim:
            return
        missing = {"VALUE", "NAME"} - set(dq_def.dtype.names or ())
        if missing:
            raise ReferenceFileError(
                f"DQ_DEF has no {' and no '.join(sorted(missing))}, expected columns VALUE and NAME"
            )
        pairs = zip(dq_def["VALUE"], dq_def["NAME"], strict=True)
    else:
        pairs = dq_def
    for value, name in pairs:
        text = name.decode("latin-1") if isinstance(name, bytes) else str(name)
        if not isinstance(value, int | np.integer):
            raise ReferenceFileError(
                f"DQ_DEF gives {text} the VALUE {value!r}, expected an integer"
            )
        # VALUE may have been read as a signed number
        yield int(value) & _WORD, text.strip("\0").strip()


def _wrong_bits(dq_def: Definitions) -> Iterator[str]:
    """Yield a line for each row whose VALUE is another bit than its BIT."""
    if not isinstance(dq_def, np.ndarray) or "BIT" not in (dq_def.dtype.names or ()):
        return
    for bit, (value, name) in zip(dq_def["BIT"].tolist(), _rows(dq_def), strict=True):
        if not isinstance(bit, int) or not 0 <= bit < 32 or value != 1 << bit:
            yield f"DQ_DEF gives {name} the VALUE {value}, but BIT {bit}: VALUE is used"


def _tables(pairs: Iterable[tuple[int, int]]) -> list[tuple[np.uint32, NDArray[np.uint32]]]:
    """
    Return what `_translated` needs to know of pairs of bits.

    For each byte of a value that a pair looks at: where it begins, and what its 256 numbers mean.
    """
    pairs, tables = list(pairs), []
    numbers = np.arange(256)
    for shift in range(0, 32, 8):
        table = np.zeros(256, np.uint32)
        for bits, meaning in pairs:
            table[numbers & (bits >> shift) != 0] |= np.uint32(meaning)
        if table.any():
            tables.append((np.uint32(shift), table))
    return tables


def _translated(
    words: NDArray[np.uint32], tables: Iterable[tuple[np.uint32, NDArray[np.uint32]]]
) -> NDArray[np.uint32]:
    """Return values that have the second bits of each pair where they had any of the first."""
    found = np.zeros(words.shape, np.uint32)
    source, target = words.reshape(-1), found.reshape(-1)
    for first in range(0, source.size, _CHUNK):
        part = source[first : first + _CHUNK]
        # most pixels are good
        where = np.flatnonzero(part != 0)
        values = part.take(where)
        flags = np.zeros(where.shape, np.uint32)
        for shift, table in tables if where.size else ():
            flags |= table.take(values >> shift & np.uint32(255))
        target[first : first + _CHUNK][where] = flags
    return found
