"""Flags of a reference file, whose DQ_DEF table says what each of its bits means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from strun.datamodels.dqflags import pixel
from strun.errors import ReferenceFileError

__all__ = ["Decoder", "decode"]

_BYTE = 256
_WORD = 0xFFFFFFFF
# values looked at in one go: they and what is made of them stay in the cache of a core
_CHUNK = 1 << 15

Definitions: TypeAlias = "np.ndarray[Any, Any] | Iterable[tuple[int, str]] | None"


class Decoder:
    """
    Translates the bits of a reference's DQ to the standard flags.

    A pixel that has any bit of a row's VALUE gets the flag of that name; rows add up.

    Parameters
    ----------
    dq_def : structured ndarray, iterable of (int, str) or None
        Rows with VALUE (bits of the reference) and NAME (of a standard flag). Without rows the
        bits are taken as they are.

    Attributes
    ----------
    unknown : list of str
        Names that are no standard flags; their bits are dropped.
    oddities : list of str
        What a user should know of the rows, a line each.
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
        self._forward: _Translation | None = None
        self._backward: _Translation | None = None
        if rows:
            pairs = [(value, pixel[name]) for value, name in rows if name in pixel]
            self._forward = _Translation(pairs)
            self._backward = _Translation([(flag, value) for value, flag in pairs])

    @property
    def plain(self) -> bool:
        """Whether bits are taken as they are."""
        return self._forward is None

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
        return words if self._forward is None else self._forward.apply(words)

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
        return words if self._backward is None else self._backward.apply(words)


def decode(dq: NDArray[Any], dq_def: Definitions) -> tuple[NDArray[np.uint32], list[str]]:
    """
    Translate the bits of a reference's DQ to the standard flags.

    Parameters
    ----------
    dq : ndarray of uint32
        Bits of the reference, of any shape; it is not changed.
    dq_def : structured ndarray, iterable of (int, str) or None
        Rows with VALUE and NAME, see `Decoder`.

    Returns
    -------
    flags : ndarray of uint32
        A new array, or `dq` itself when there are no rows.
    unknown : list of str
        Names that are no standard flags; their bits are dropped.
    """
    decoder = Decoder(dq_def)
    return decoder.decode(dq), decoder.unknown


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


class _Translation:
    """
    What bits become other bits.

    A value's translation is the union of its bytes' ones, so four small tables hold it all.
    """

    def __init__(self, pairs: Iterable[tuple[int, int]]) -> None:
        targets = [0] * 32
        for source, target in pairs:
            for bit in range(32):
                if source >> bit & 1:
                    targets[bit] |= target
        self._tables = np.zeros((4, _BYTE), np.uint32)
        numbers = np.arange(_BYTE)
        for bit, target in enumerate(targets):
            if target:
                self._tables[bit // 8, (numbers >> bit % 8 & 1) != 0] |= np.uint32(target)
        self._used = [byte for byte in range(4) if self._tables[byte].any()]
        kept = all(target in (0, 1 << bit) for bit, target in enumerate(targets))
        self._kept = np.uint32(sum(targets)) if kept else None

    def apply(self, words: NDArray[np.uint32]) -> NDArray[np.uint32]:
        """Return the translation of each value."""
        if self._kept is not None:
            return words & self._kept
        found = np.zeros(words.shape, np.uint32)
        source, target = words.reshape(-1), found.reshape(-1)
        for first in range(0, source.size, _CHUNK):
            part = source[first : first + _CHUNK]
            # most pixels are good
            where = np.flatnonzero(part != 0)
            if where.size:
                target[first : first + _CHUNK][where] = self._look_up(part[where])
        return found

    def _look_up(self, words: NDArray[np.uint32]) -> NDArray[np.uint32]:
        flags = np.zeros(words.shape, np.uint32)
        for byte in self._used:
            flags |= self._tables[byte].take((words >> np.uint32(8 * byte)) & np.uint32(0xFF))
        return flags
