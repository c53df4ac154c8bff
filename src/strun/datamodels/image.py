"""The models of images and of stacks of images."""

from __future__ import annotations

from typing import ClassVar

from strun.datamodels.arrays import ArraySpec
from strun.datamodels.model import JwstDataModel

__all__ = ["CubeModel", "IFUImageModel", "ImageModel"]


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


class IFUImageModel(ImageModel):
    """An image of an integral field unit, with its errors and flags."""


class CubeModel(JwstDataModel):
    """
    A stack of images with their errors and flags.

    Attributes
    ----------
    data, err : ndarray of float32
        (integrations, rows, columns).
    dq : ndarray of uint32
        (integrations, rows, columns).
    var_poisson, var_rnoise, var_flat : ndarray of float32
        Variances, (integrations, rows, columns).
    area, wavelength : ndarray of float32
        Of the pixels, (rows, columns).
    """

    arrays: ClassVar[dict[str, ArraySpec]] = {
        "data": ArraySpec("SCI", "float32", 3),
        "dq": ArraySpec("DQ", "uint32"),
        "err": ArraySpec("ERR", "float32"),
        "zeroframe": ArraySpec("ZEROFRAME", "float32"),
        "area": ArraySpec("AREA", "float32", 2),
        "wavelength": ArraySpec("WAVELENGTH", "float32", 2),
        "var_poisson": ArraySpec("VAR_POISSON", "float32"),
        "var_rnoise": ArraySpec("VAR_RNOISE", "float32"),
        "var_flat": ArraySpec("VAR_FLAT", "float32"),
    }
    tables: ClassVar[dict[str, str]] = {"int_times": "INT_TIMES"}
    required: ClassVar[tuple[str, ...]] = ("dq", "err")
