"""The models of images and of stacks of images, and of what fits of ramps tell beside."""

from __future__ import annotations

from typing import ClassVar

from strun.datamodels.arrays import ArraySpec
from strun.datamodels.model import JwstDataModel


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
    # in jwst's products the table comes before the variances
    units = ("data", "dq", "err", "zeroframe", "area", "wavelength", "int_times")
    required: ClassVar[tuple[str, ...]] = ("dq", "err")


class RampFitOutputModel(JwstDataModel):
    """
    Segments and jumps of the ramps of an exposure.

    Attributes
    ----------
    slope, sigslope, var_poisson, var_rnoise, yint, sigyint, weights : ndarray of float32
        Of each segment, (integrations, segments, rows, columns).
    pedestal : ndarray of float32
        The signal at the beginning of each integration, (integrations, rows, columns), in DN.
    crmag : ndarray of float32
        Sizes of jumps, (integrations, jumps, rows, columns), in DN.
    """

    arrays: ClassVar[dict[str, ArraySpec]] = {
        "slope": ArraySpec("SLOPE", "float32", 4),
        "sigslope": ArraySpec("SIGSLOPE", "float32", 4),
        "var_poisson": ArraySpec("VAR_POISSON", "float32", 4),
        "var_rnoise": ArraySpec("VAR_RNOISE", "float32", 4),
        "yint": ArraySpec("YINT", "float32", 4),
        "sigyint": ArraySpec("SIGYINT", "float32", 4),
        "pedestal": ArraySpec("PEDESTAL", "float32", 3),
        "weights": ArraySpec("WEIGHTS", "float32", 4),
        "crmag": ArraySpec("CRMAG", "float32", 4),
    }
