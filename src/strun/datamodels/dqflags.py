"""Data quality flags of JWST: name to value, one bit each."""

from __future__ import annotations

from collections.abc import Mapping

_PIXEL_BITS = (
    "DO_NOT_USE",
    "SATURATED",
    "JUMP_DET",
    "DROPOUT",
    "OUTLIER",
    "PERSISTENCE",
    "AD_FLOOR",
    "CHARGELOSS",
    "RESERVED",
    "NON_SCIENCE",
    "DEAD",
    "HOT",
    "WARM",
    "LOW_QE",
    "RC",
    "TELEGRAPH",
    "NONLINEAR",
    "BAD_REF_PIXEL",
    "NO_FLAT_FIELD",
    "NO_GAIN_VALUE",
    "NO_LIN_CORR",
    "NO_SAT_CHECK",
    "UNRELIABLE_BIAS",
    "UNRELIABLE_DARK",
    "UNRELIABLE_SLOPE",
    "UNRELIABLE_FLAT",
    "OPEN",
    "ADJ_OPEN",
    "FLUX_ESTIMATED",
    "MSA_FAILED_OPEN",
    "OTHER_BAD_PIXEL",
    "REFERENCE_PIXEL",
)
_GROUP_NAMES = (
    "DO_NOT_USE",
    "SATURATED",
    "JUMP_DET",
    "DROPOUT",
    "PERSISTENCE",
    "AD_FLOOR",
    "CHARGELOSS",
)

pixel: dict[str, int] = {"GOOD": 0} | {name: 1 << bit for bit, name in enumerate(_PIXEL_BITS)}
"""Flags of PIXELDQ and DQ (32 bits)."""

group: dict[str, int] = {"GOOD": 0} | {name: pixel[name] for name in _GROUP_NAMES}
"""Flags of GROUPDQ (8 bits)."""


def names(value: int, flags: dict[str, int] | None = None) -> list[str]:
    """
    Return the names of the flags that are set in a value.

    Parameters
    ----------
    value : int
        A value of PIXELDQ, DQ or GROUPDQ.
    flags : dict, optional
        `pixel` when None.

    Returns
    -------
    list of str
        In the order of their bits.
    """
    table = pixel if flags is None else flags
    return [name for name, bit in table.items() if int(value) & bit]


def dqflags_to_mnemonics(dqflags: int, mnemonic_map: Mapping[str, int]) -> set[str]:
    """
    Return the names of the flags that are set in a value, as stdatamodels does.

    Parameters
    ----------
    dqflags : int
        A value of PIXELDQ, DQ or GROUPDQ.
    mnemonic_map : mapping
        Name to value: `pixel` or `group`.

    Returns
    -------
    set of str
        The names; empty for a good pixel.
    """
    return {name for name, value in mnemonic_map.items() if dqflags & value}
