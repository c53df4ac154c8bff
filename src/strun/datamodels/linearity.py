"""The model of references of the linearity correction."""

from __future__ import annotations

from typing import ClassVar

from strun.datamodels.arrays import ArraySpec
from strun.datamodels.reference import ReferenceFileModel

__all__ = ["LinearityModel"]


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
