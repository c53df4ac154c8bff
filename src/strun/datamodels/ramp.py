"""The models of raw exposures and of ramps."""

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
