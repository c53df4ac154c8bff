"""The arrays of an exposure, read line by line: only what a picture needs."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from strun.blockio.layout import Hdu
from strun.blockio.source import FitsFile
from strun.blockio.units import UnitReader
from strun.datamodels.model import JwstDataModel
from strun.errors import InputError

_FLAGS = frozenset({"PIXELDQ", "GROUPDQ", "DQ"})
# values that are read at a time
_BAND = 1 << 18


class Lines(NamedTuple):
    """
    An array as lines of columns: the rows of all its planes, counted through.

    Given the first and their count, `read` returns lines (count, columns) in native byte order.
    """

    shape: tuple[int, ...]
    read: Callable[[int, int], NDArray[Any]]

    @classmethod
    def of_array(cls, array: NDArray[Any]) -> Lines:
        """Return the lines of an array in memory, as views."""
        lines = array.reshape(-1, array.shape[-1])
        return cls(array.shape, lambda first, count: lines[first : first + count])

    @classmethod
    def of_unit(cls, file: FitsFile, hdu: Hdu) -> Lines:
        """Return the lines of an image unit of a file, read when they are asked for."""
        reader = UnitReader(file.fd, hdu.data_offset, hdu.encoding)
        columns = hdu.shape[-1]

        def read(first: int, count: int) -> NDArray[Any]:
            values = np.empty((count, columns), hdu.encoding.dtype)
            reader.read(first * columns, values)
            return values

        return cls(hdu.shape, read)

    def bands(self, rows: int = 1, planes: int = 1) -> list[tuple[int, int]]:
        """Return first row and count of bands of an image: whole multiples of so many rows."""
        ny, nx = self.shape[-2:]
        step = max(1, _BAND // (nx * rows * planes)) * rows
        return [(top, min(step, ny - top)) for top in range(0, ny, step)]

    def rows(self, plane: int, numbers: Iterable[int]) -> NDArray[Any]:
        """Return some rows of a plane (rows, columns)."""
        first = plane * self.shape[-2]
        return np.concatenate([self.read(first + int(number), 1) for number in numbers])

    def minus(self, other: Lines) -> Lines:
        """Return the lines of a difference, as float32; `other` has the same shape."""

        def read(first: int, count: int) -> NDArray[Any]:
            with np.errstate(all="ignore"):
                values: NDArray[Any] = np.subtract(
                    self.read(first, count), other.read(first, count), dtype=np.float32
                )
            return values

        return Lines(self.shape, read)


class Source:
    """An exposure to draw; arrays that are on disk stay there."""

    def __init__(self, model: JwstDataModel) -> None:
        self.model = model
        self.meta = model.meta

    def lines(self, hdu: str) -> Lines | None:
        """
        Return the array of an HDU, None when the exposure has none.

        Raises InputError when flags on disk are no whole numbers, or of another size than SCI.
        """
        for name, spec in self.model.arrays.items():
            if spec.hdu == hdu and name in self.model.loaded:
                values = self.model.loaded[name]
                return None if values is None or values.ndim < 2 else Lines.of_array(values)
        file = self.model.file
        found = None if file is None else file.find(hdu)
        if file is None or found is None or found.kind != "image" or len(found.shape) < 2:
            return None
        size, kind = (file.find("SCI") or found).shape[-2:], np.dtype(found.encoding.dtype)
        if hdu in _FLAGS and (kind.kind not in "iu" or found.shape[-2:] != size):
            raise InputError(
                f"{self.name}: {found.name} is {kind} of {found.shape[-2:]} (rows, columns), "
                f"expected whole numbers of {size} as SCI; the file is damaged"
            )
        return Lines.of_unit(file, found)

    @property
    def science(self) -> Lines:
        """The samples; raises InputError when there are none."""
        lines = self.lines("SCI")
        if lines is None or not math.prod(lines.shape):
            raise InputError(f"{self.name}: no SCI image to draw; is it an exposure?")
        return lines

    @property
    def flags(self) -> Lines | None:
        """PIXELDQ, or DQ of rates and guiders; bits of a reference have names of their own."""
        file = self.model.file
        if file is not None and file.find("DQ_DEF") is not None:
            return None
        return self.lines("PIXELDQ") or self.lines("DQ")

    @property
    def group_flags(self) -> Lines | None:
        """GROUPDQ of an exposure of ramps, None of any other."""
        lines = self.lines("GROUPDQ")
        return lines if lines is not None and lines.shape == self.science.shape else None

    @property
    def has_rates(self) -> bool:
        """Whether the samples are count rates: of an exposure, or of its integrations."""
        made = "COMPLETE" in (self.meta.cal_step.ramp_fit, self.meta.cal_step.guider_cds)
        return made and len(self.science.shape) < 4

    @property
    def unit(self) -> str:
        """Unit of the samples."""
        return str(self.meta.bunit_data or ("DN/s" if self.has_rates else "DN"))

    @property
    def name(self) -> str:
        """Name of the file, for people."""
        path = self.model.file.path if self.model.file is not None else ""
        return str(self.meta.filename or os.path.basename(path) or "exposure in memory")

    @property
    def frames(self) -> tuple[int, int]:
        """Integrations, and groups of each."""
        above = (1, 1, *self.science.shape[:-2])[-2:]
        return (above[0], above[1]) if len(self.science.shape) > 3 else (above[1], 1)

    @property
    def shown(self) -> str:
        """Which of the frames is shown, in words."""
        integrations, groups = self.frames
        if self.has_rates and integrations == 1:
            return "count rates" if self.unit == "DN/s" else f"in {self.unit}"
        parts = [f"group {groups} of {groups}"] if groups > 1 else []
        if integrations > 1:
            parts.append(f"integration 1 of {integrations}")
        return ", ".join(parts) or "one frame"


def opened(exposure: str | os.PathLike[str] | JwstDataModel) -> Source:
    """Return an exposure to draw, a file or a model; raises InputError when it cannot be read."""
    if isinstance(exposure, JwstDataModel):
        return Source(exposure)
    model = JwstDataModel(exposure)
    source = Source(model)
    # the name on disk says more than FILENAME of a file that was renamed
    model.meta.filename = os.path.basename(os.fspath(exposure))
    return source
