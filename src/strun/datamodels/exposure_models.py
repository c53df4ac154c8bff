"""The models of exposures, and of what is made of them."""

from __future__ import annotations

from typing import Any, ClassVar

from strun.datamodels.arrays import ArraySpec
from strun.datamodels.model import JwstDataModel

TIMES: dict[str, str] = {"group": "GROUP", "int_times": "INT_TIMES"}
"""Tables of the times of groups and integrations."""


class Level1bModel(JwstDataModel):
    """
    A raw exposure as it comes from the ground system.

    Attributes
    ----------
    data : ndarray of uint16
        (integrations, groups, rows, columns), in DN.
    zeroframe : ndarray of uint16
        (integrations, rows, columns), in DN.
    refout : ndarray of uint16
        Reference output of MIRI, four axes, in DN.
    """

    arrays: ClassVar[dict[str, ArraySpec]] = {
        "data": ArraySpec("SCI", "uint16", 4),
        "zeroframe": ArraySpec("ZEROFRAME", "uint16", 3),
        "refout": ArraySpec("REFOUT", "uint16", 4),
    }
    tables: ClassVar[dict[str, str]] = TIMES


class RampModel(JwstDataModel):
    """
    An exposure as ramps of groups, with its flags.

    Attributes
    ----------
    data : ndarray of float32
        (integrations, groups, rows, columns), in DN.
    pixeldq : ndarray of uint32
        (rows, columns), flags of all groups.
    groupdq : ndarray of uint8
        Of the shape of `data`.
    zeroframe : ndarray of float32
        (integrations, rows, columns), in DN.
    refout : ndarray of float32
        Reference output of MIRI, four axes, in DN.
    """

    arrays: ClassVar[dict[str, ArraySpec]] = {
        "data": ArraySpec("SCI", "float32", 4),
        "pixeldq": ArraySpec("PIXELDQ", "uint32", 2),
        "groupdq": ArraySpec("GROUPDQ", "uint8", 4),
        "zeroframe": ArraySpec("ZEROFRAME", "float32", 3),
        "refout": ArraySpec("REFOUT", "float32", 4),
        "average_dark_current": ArraySpec("AVDRKCUR", "float32", 2),
    }
    tables: ClassVar[dict[str, str]] = TIMES
    required: ClassVar[tuple[str, ...]] = ("pixeldq", "groupdq")


class SuperstripeRampModel(JwstDataModel):
    """
    An exposure read out in superstripes.

    Attributes
    ----------
    data : ndarray of float32
        (integrations times stripes, groups, rows, columns), in DN.
    pixeldq : ndarray of uint32
        (stripes, rows, columns).
    groupdq : ndarray of uint8
        Of the shape of `data`.
    zeroframe : ndarray of float32
        (integrations times stripes, rows, columns), in DN.
    """

    arrays: ClassVar[dict[str, ArraySpec]] = {
        "data": ArraySpec("SCI", "float32", 4),
        "pixeldq": ArraySpec("PIXELDQ", "uint32", 3),
        "groupdq": ArraySpec("GROUPDQ", "uint8", 4),
        "zeroframe": ArraySpec("ZEROFRAME", "float32", 3),
    }
    tables: ClassVar[dict[str, str]] = TIMES
    required: ClassVar[tuple[str, ...]] = ("pixeldq", "groupdq")

    def get_default(self, name: str) -> Any:  # noqa: ANN401
        """Return zeros, see `ArrayHolder.get_default`; None for flags of unknown stripes."""
        unknown = name == "pixeldq" and self.shape is not None and not self.default_shape(name)
        return None if unknown else super().get_default(name)

    def default_shape(
        self, name: str, beside: tuple[int, ...] | None = None
    ) -> tuple[int, ...] | None:
        """Return the shape of an array; pixeldq has one plane for each stripe."""
        shape = super().default_shape(name, beside)
        if name == "pixeldq" and shape is not None:
            stripes = self.meta.subarray.num_superstripe
            return (stripes, *shape[-2:]) if stripes else None
        return shape


GUIDER_TYPES = frozenset(
    {"FGS_ID-IMAGE", "FGS_ID-STACK", "FGS_ACQ1", "FGS_ACQ2", "FGS_TRACK", "FGS_FINEGUIDE"}
)


class GuiderRawModel(JwstDataModel):
    """
    An exposure of a guider.

    Attributes
    ----------
    data : ndarray of float32
        (integrations, groups, rows, columns), in DN.
    err : ndarray of float32
        Of the shape of `data`.
    dq : ndarray of uint32
        (rows, columns).
    """

    arrays: ClassVar[dict[str, ArraySpec]] = {
        "data": ArraySpec("SCI", "float32", 4),
        "err": ArraySpec("ERR", "float32"),
        "dq": ArraySpec("DQ", "uint32", 2),
    }
    tables: ClassVar[dict[str, str]] = {
        "planned_star_table": "PLANNED REFERENCE STARS",
        "flight_star_table": "FLIGHT REFERENCE STARS",
        "pointing_table": "POINTING",
        "centroid_table": "FGS CENTROID PACKET",
        "track_sub_table": "TRACK SUBARRAY TABLE",
    }
    required: ClassVar[tuple[str, ...]] = ("err", "dq")


class GuiderCalModel(JwstDataModel):
    """
    Count rates of an exposure of a guider.

    Attributes
    ----------
    data : ndarray of float32
        (integrations, rows, columns), in DN/s.
    err : ndarray of float32
        Of the shape of `data`.
    dq : ndarray of uint32
        (rows, columns).
    """

    arrays: ClassVar[dict[str, ArraySpec]] = GuiderRawModel.arrays | {
        "data": ArraySpec("SCI", "float32", 3)
    }
    tables: ClassVar[dict[str, str]] = GuiderRawModel.tables
    required: ClassVar[tuple[str, ...]] = ("err", "dq")


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
