"""The model of images."""

from __future__ import annotations

from typing import ClassVar

from strun.datamodels.arrays import ArraySpec
from strun.datamodels.model import JwstDataModel

__all__ = ["ImageModel"]


class ImageModel(JwstDataModel):
    """
    An image with its errors and flags.

    Attributes
    ----------
    data, err : ndarray of float32
        (rows, columns).
    dq : ndarray of uint32
        (rows, columns).
    var_poisson, var_rnoise, var_flat : ndarray of float32
        Variances, (rows, columns).
    area, wavelength, wht : ndarray of float32
        Of the pixels, (rows, columns).
    """

    arrays: ClassVar[dict[str, ArraySpec]] = {
        "data": ArraySpec("SCI", "float32", 2),
        "dq": ArraySpec("DQ", "uint32"),
        "err": ArraySpec("ERR", "float32"),
        "zeroframe": ArraySpec("ZEROFRAME", "float32"),
        "wavelength": ArraySpec("WAVELENGTH", "float32", 2),
        "area": ArraySpec("AREA", "float32"),
        "con": ArraySpec("CON", "int32"),
        "wht": ArraySpec("WHT", "float32"),
        "mask": ArraySpec("MASK", "uint32", 2),
        "var_poisson": ArraySpec("VAR_POISSON", "float32"),
        "var_rnoise": ArraySpec("VAR_RNOISE", "float32"),
        "var_flat": ArraySpec("VAR_FLAT", "float32"),
        "pathloss_point": ArraySpec("PATHLOSS_PS", "float32", 2),
        "pathloss_uniform": ArraySpec("PATHLOSS_UN", "float32", 2),
    }
