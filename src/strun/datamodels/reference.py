"""What models of reference files have in common."""

from __future__ import annotations

import logging
import warnings
from typing import TYPE_CHECKING, Any, ClassVar

from strun.blockio.parts import Part
from strun.datamodels import origin
from strun.datamodels.keywords import ValidationWarning
from strun.datamodels.model import JwstDataModel
from strun.errors import InputError, ReferenceFileError

if TYPE_CHECKING:
    from strun.datamodels.dqdef import Decoder

log = logging.getLogger("jwst.datamodels.reference")

_MUST_HAVE = ("description", "reftype", "author", "pedigree", "useafter")


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
    _nameless: ClassVar[str] = "the reference"

    def __init__(self, init: Any = None, **arrays: Any) -> None:  # noqa: ANN401
        super().__init__(init, **arrays)
        if self.file is None and not isinstance(init, JwstDataModel):
            self.meta.telescope = "JWST"
            if not origin.is_foreign(init):
                self._decode_given()

    def _decode_given(self) -> None:
        """Decode flags as those of a file are when they are read; without any there are zeros."""
        if self.shape is None or "dq" not in self.arrays:
            return
        if self.loaded.get("dq") is None:
            self.dq = self.get_default("dq")
        self.dq = self.decoder().decode(self.dq)

    def validate(self) -> None:
        """
        Warn of metadata that a reference must have; a strict model refuses instead.

        Raises
        ------
        InputError
            When they are missing and the model is strict.
        """
        missing = [name for name in _MUST_HAVE if getattr(self.meta, name) is None]
        if self.meta.instrument.name is None:
            missing.append("instrument.name")
        if self.meta.telescope != "JWST":
            missing.append("telescope")
        if missing:
            line = f"Model.meta is missing values for {missing}"
            if self.changed_keywords.strict:
                raise InputError(line)
            warnings.warn(line, ValidationWarning, stacklevel=2)

    def decoder(self) -> Decoder:
        """
        Return what translates the DQ on disk; what is odd in DQ_DEF is warned of once.

        Raises ReferenceFileError when DQ_DEF is no table of values and names.
        """
        from strun.datamodels.dqdef import Decoder

        if "_decoder" not in self.__dict__:
            rows = self.table_rows("dq_def")
            try:
                if self.file is not None and rows is None and self.file.find("DQ_DEF"):
                    raise ReferenceFileError("DQ_DEF is no table, expected one of VALUE and NAME")
                found = Decoder(rows)
            except ReferenceFileError as err:
                raise ReferenceFileError(f"{self.label}: {err}") from err
            for line in found.oddities:
                log.warning("%s: %s", self.label, line)
            if found.plain and self.file is not None:
                log.warning(
                    "%s: there is no DQ_DEF: the bits of DQ are taken as they are", self.label
                )
            self._set(_decoder=found)
        decoder: Decoder = self.__dict__["_decoder"]
        return decoder

    def __setattr__(self, name: str, value: Any) -> None:  # noqa: ANN401
        if name == "dq_def" and self.array_hdu("dq") is not None:
            # the flags in the file are those of the table in the file
            _ = self.dq
        super().__setattr__(name, value)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        fresh = name == "dq" and name not in self.loaded and self.array_hdu("dq") is not None
        values = super().__getattr__(name)
        if fresh:
            values = self.decoder().decode(values)
            self.loaded[name] = values
        return values

    def parts(self) -> list[Part]:
        """Return the units of the file; `dq` is written with the bits of DQ_DEF."""
        from strun.datamodels.dqdef import Decoder

        parts = super().parts()
        for part in parts:
            if part.name == "dq" and part.array is not None:
                # the table may have been replaced since the file was read
                part.array = Decoder(self.table_rows("dq_def")).encode(part.array)
        return parts
