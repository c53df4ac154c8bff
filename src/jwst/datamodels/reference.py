"""Models of reference files."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, ClassVar

from jwst.datamodels.arrays import ArraySpec
from jwst.datamodels.model import JwstDataModel
from jwst.errors import ReferenceFileError

if TYPE_CHECKING:
    from jwst.datamodels.dqdef import Decoder

__all__ = ["LinearityModel", "MaskModel", "ReferenceFileModel"]

log = logging.getLogger(__name__)


class ReferenceFileModel(JwstDataModel):
    """
    A reference file. Its `dq` holds standard flags, decoded through DQ_DEF when it was read.

    Attributes
    ----------
    dq : ndarray of uint32
        (rows, columns).
    dq_def : ndarray
        Rows of BIT, VALUE, NAME and DESCRIPTION.
    """

    tables: ClassVar[dict[str, str]] = {"dq_def": "DQ_DEF"}
    needs_asdf: ClassVar[bool] = False
    reftype: ClassVar[str] = ""

    def decoder(self) -> Decoder:
        """
        Return what translates the DQ on disk; names it does not know are warned of once.

        Raises
        ------
        ReferenceFileError
            When DQ_DEF is no table of values and names.
        """
        from jwst.datamodels.dqdef import Decoder

        if "_decoder" not in self.__dict__:
            where = self.file.path if self.file is not None else "the reference"
            try:
                if self.file is not None and self.dq_def is None and self.file.find("DQ_DEF"):
                    raise ReferenceFileError("DQ_DEF is no table, expected one of VALUE and NAME")
                found = Decoder(self.dq_def)
            except ReferenceFileError as err:
                raise ReferenceFileError(f"{where}: {err}") from err
            for name in found.unknown:
                log.warning("DQ_DEF names %s, which is no standard flag: it is ignored", name)
            self._set(_decoder=found)
        decoder: Decoder = self.__dict__["_decoder"]
        return decoder

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        fresh = name == "dq" and name not in self.loaded and self.array_hdu("dq") is not None
        values = super().__getattr__(name)
        if fresh:
            values = self.decoder().decode(values)
            self.loaded[name] = values
        return values

    def parts(self) -> Any:  # noqa: ANN401
        """Return the units of the file; `dq` is written with the bits of DQ_DEF."""
        from jwst.datamodels.dqdef import Decoder

        parts = super().parts()
        for part in parts:
            if part.name == "dq" and part.array is not None:
                # the table may have been replaced since the file was read
                part.array = Decoder(self.dq_def).encode(part.array)
        return parts


class MaskModel(ReferenceFileModel):
    """A mask of bad pixels: `dq` and `dq_def`."""

    arrays: ClassVar[dict[str, ArraySpec]] = {"dq": ArraySpec("DQ", "uint32", 2)}
    reftype: ClassVar[str] = "MASK"


class LinearityModel(ReferenceFileModel):
    """
    Coefficients of the linearity correction.

    Attributes
    ----------
    coeffs : ndarray of float32
        (coefficients, rows, columns), constant term first.
    inv_coeffs : ndarray of float32
        Coefficients of the inverse polynomial, for the correction of single reads.
    dq : ndarray of uint32
        (rows, columns).
    """

    arrays: ClassVar[dict[str, ArraySpec]] = {
        "coeffs": ArraySpec("COEFFS", "float32", 3),
        "inv_coeffs": ArraySpec("INV_COEFFS", "float32", 3),
        "dq": ArraySpec("DQ", "uint32", 2),
    }
    reftype: ClassVar[str] = "LINEARITY"
