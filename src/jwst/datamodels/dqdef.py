"""Flags of a reference file, whose DQ_DEF table says what each of its bits means."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jwst.datamodels.dqflags import pixel

__all__ = ["Decoder"]

_BYTE = 256


class Decoder:
    """
    Translates the bits of a reference's DQ to the standard flags.

    Parameters
    ----------
    dq_def : ndarray or None
        Rows with fields VALUE (bits of the reference) and NAME (of a standard flag). Without rows
        the bits are taken as they are.

    Attributes
    ----------
    unknown : list of str
        Names that are no standard flags; their bits are dropped.
    """

    def __init__(self, dq_def: np.ndarray[Any, Any] | None) -> None:
        self.unknown: list[str] = []
        self._tables: NDArray[np.uint32] | None = None
        if dq_def is None or not dq_def.ndim or not len(dq_def):
            return
        self._tables = np.zeros((4, _BYTE), np.uint32)
        numbers = np.arange(_BYTE, dtype=np.uint32)
        for value, text in zip(dq_def["VALUE"], dq_def["NAME"], strict=True):
            raw = text.decode("latin-1") if isinstance(text, bytes) else str(text)
            name = raw.strip("\0").strip()
            if name not in pixel:
                self.unknown.append(name)
                continue
            for byte, table in enumerate(self._tables):
                bits = (int(value) >> (8 * byte)) & (_BYTE - 1)
                table[(numbers & bits) != 0] |= np.uint32(pixel[name])

    @property
    def plain(self) -> bool:
        """Whether bits are taken as they are."""
        return self._tables is None

    def decode(self, dq: NDArray[np.uint32]) -> NDArray[np.uint32]:
        """
        Return standard flags.

        Parameters
        ----------
        dq : ndarray of uint32
            Any shape; it is not changed.

        Returns
        -------
        ndarray of uint32
            A new array, or `dq` itself when bits are taken as they are.
        """
        if self._tables is None:
            return dq
        flags = self._tables[0][dq & 0xFF]
        for byte in (1, 2, 3):
            # most masks use the lowest byte or two only
            if self._tables[byte].any():
                flags |= self._tables[byte][(dq >> np.uint32(8 * byte)) & 0xFF]
        return flags
