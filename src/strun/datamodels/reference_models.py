"""The models of reference files, by the kind of reference."""

from __future__ import annotations

from typing import ClassVar

from strun.datamodels.arrays import ArraySpec
from strun.datamodels.reference import ReferenceFileModel


def _generic(axes: int) -> dict[str, ArraySpec]:
    return {
        "data": ArraySpec("SCI", "float32", axes),
        "dq": ArraySpec("DQ", "uint32"),
        "err": ArraySpec("ERR", "float32"),
    }


class MaskModel(ReferenceFileModel):
    """A mask of bad pixels: `dq` and `dq_def`."""

    arrays: ClassVar[dict[str, ArraySpec]] = {"dq": ArraySpec("DQ", "uint32", 2)}
    reftype: ClassVar[str] = "MASK"


class SaturationModel(ReferenceFileModel):
    """
    Saturation thresholds.

    Attributes
    ----------
    data : ndarray of float32
        (rows, columns), in DN.
    dq : ndarray of uint32
        (rows, columns).
    """

    arrays: ClassVar[dict[str, ArraySpec]] = {
        "data": ArraySpec("SCI", "float32", 2, fill=100_000.0),
        "dq": ArraySpec("DQ", "uint32", 2),
    }
    reftype: ClassVar[str] = "SATURATION"


class SuperBiasModel(ReferenceFileModel):
    """
    A superbias: the signal of a detector right after its reset.

    Attributes
    ----------
    data, err : ndarray of float32
        (rows, columns), in DN.
    dq : ndarray of uint32
        (rows, columns).
    """

    arrays: ClassVar[dict[str, ArraySpec]] = {
        "data": ArraySpec("SCI", "float32", 2),
        "err": ArraySpec("ERR", "float32", 2),
        "dq": ArraySpec("DQ", "uint32", 2),
    }
    reftype: ClassVar[str] = "SUPERBIAS"


class IPCModel(ReferenceFileModel):
    """
    Kernels that take the interpixel capacitance out of images.

    Attributes
    ----------
    data : ndarray of float32
        One kernel (rows, columns), or one for each pixel: (kernel rows, kernel columns, rows,
        columns).
    """

    arrays: ClassVar[dict[str, ArraySpec]] = {"data": ArraySpec("SCI", "float32", fill=1.0)}
    reftype: ClassVar[str] = "IPC"


class ResetModel(ReferenceFileModel):
    """
    The signal that the reset before an integration leaves in its first groups.

    Attributes
    ----------
    data, err : ndarray of float32
        (integrations, groups, rows, columns), in DN.
    dq : ndarray of uint32
        (rows, columns).
    """

    arrays: ClassVar[dict[str, ArraySpec]] = {
        "data": ArraySpec("SCI", "float32", 4),
        "dq": ArraySpec("DQ", "uint32", 2),
        "err": ArraySpec("ERR", "float32", 4),
    }
    reftype: ClassVar[str] = "RESET"


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


class RSCDModel(ReferenceFileModel):
    """
    Groups that the reset switch charge decay of MIRI affects.

    Attributes
    ----------
    rscd_group_skip_table : ndarray
        Rows of subarray, readpatt, group_skip1 (groups of the first integration; files of before
        2026 do not have it) and group_skip (groups of later ones).
    """

    tables: ClassVar[dict[str, str]] = {"rscd_group_skip_table": "RSCD_GROUP_SKIP"}
    reftype: ClassVar[str] = "RSCD"


class DarkModel(ReferenceFileModel):
    """
    The dark current of a detector.

    Attributes
    ----------
    data, err : ndarray of float32
        (groups, rows, columns), in DN.
    dq : ndarray of uint32
        (rows, columns).
    average_dark_current : ndarray of float32
        (rows, columns), in electrons per second.
    """

    arrays: ClassVar[dict[str, ArraySpec]] = {
        "data": ArraySpec("SCI", "float32", 3),
        "dq": ArraySpec("DQ", "uint32", 2),
        "err": ArraySpec("ERR", "float32", 3),
        "average_dark_current": ArraySpec("AVDRKCUR", "float32", 2),
    }
    reftype: ClassVar[str] = "DARK"


class DarkNirspecModel(DarkModel):
    """
    The dark current of a detector of NIRSpec.

    Attributes
    ----------
    data, err, dq, average_dark_current
        As of `DarkModel`.
    dark_rate, dark_rate_unc : ndarray of float32
        (rows, columns).
    """

    arrays: ClassVar[dict[str, ArraySpec]] = DarkModel.arrays | {
        "dark_rate": ArraySpec("DRK", "float32", 2),
        "dark_rate_unc": ArraySpec("UNC", "float32", 2),
    }


class DarkMIRIModel(ReferenceFileModel):
    """
    The dark current of a detector of MIRI, which is another one in later integrations.

    Attributes
    ----------
    data, err : ndarray of float32
        (integrations, groups, rows, columns), in DN.
    dq : ndarray of uint32
        (integrations, 1, rows, columns).
    average_dark_current : ndarray of float32
        (rows, columns), in electrons per second.
    """

    arrays: ClassVar[dict[str, ArraySpec]] = {
        "data": ArraySpec("SCI", "float32", 4),
        "dq": ArraySpec("DQ", "uint32", 4),
        "err": ArraySpec("ERR", "float32", 4),
        "average_dark_current": ArraySpec("AVDRKCUR", "float32", 2),
    }
    reftype: ClassVar[str] = "DARK"


class GainModel(ReferenceFileModel):
    """
    The gain of each pixel.

    Attributes
    ----------
    data : ndarray of float32
        (rows, columns), in electrons per DN.
    """

    arrays: ClassVar[dict[str, ArraySpec]] = {"data": ArraySpec("SCI", "float32", 2)}
    reftype: ClassVar[str] = "GAIN"


class ReadnoiseModel(ReferenceFileModel):
    """
    The read noise of each pixel.

    Attributes
    ----------
    data : ndarray of float32
        (rows, columns), of a difference of two reads, in DN.
    """

    arrays: ClassVar[dict[str, ArraySpec]] = {"data": ArraySpec("SCI", "float32", 2)}
    reftype: ClassVar[str] = "READNOISE"


class ReferenceImageModel(ReferenceFileModel):
    """A reference of a kind without a model of its own: `data`, `dq` and `err`, (rows, columns)."""

    arrays: ClassVar[dict[str, ArraySpec]] = _generic(2)


class ReferenceCubeModel(ReferenceFileModel):
    """A reference of a kind without a model of its own, whose `data` have three axes."""

    arrays: ClassVar[dict[str, ArraySpec]] = _generic(3)


class ReferenceQuadModel(ReferenceFileModel):
    """A reference of a kind without a model of its own, whose `data` have four axes."""

    arrays: ClassVar[dict[str, ArraySpec]] = _generic(4)
