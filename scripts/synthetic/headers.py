"""Headers and small tables of synthetic exposures and references."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from astropy.io import fits

from synthetic.modes import Card, Mode

Overrides = Mapping[str, bool | int | float | str | None]

MINIMAL_ASDF = (
    b"#ASDF 1.0.0\n#ASDF_STANDARD 1.6.0\n%YAML 1.1\n%TAG ! tag:stsci.edu:asdf/\n"
    b"--- !core/asdf-1.1.0\n{}\n...\n"
)


def exposure_cards(mode: Mode, shape: tuple[int, ...], corner: tuple[int, int]) -> list[Card]:
    """Return the primary cards of an exposure of `shape` (integrations, groups, rows, cols)."""
    integrations, groups, rows, cols = shape
    # The 3,200 rows of an IRS2 frame hold interleaved reference pixels; the header says 2,048.
    size2 = 2048 if "IRS2" in mode.readpatt and rows == 3200 else rows
    return [
        ("DATE", "2026-01-15T10:20:30.000"),
        ("ORIGIN", "STRUN"),
        ("TIMESYS", "UTC"),
        ("TELESCOP", "JWST"),
        ("PROGRAM", "01024"),
        ("OBSERVTN", "001"),
        ("VISIT", "001"),
        ("TARGNAME", "SYNTHETIC FIELD"),
        ("TARG_RA", 80.4875),
        ("TARG_DEC", -69.4975),
        ("DATE-OBS", "2026-01-14"),
        ("TIME-OBS", "03:04:05.678"),
        ("INSTRUME", mode.instrument),
        ("DETECTOR", mode.detector),
        *mode.optics,
        ("EXP_TYPE", mode.exp_type),
        ("EXPSTART", 61054.12784),
        ("READPATT", mode.readpatt),
        ("NINTS", integrations),
        ("NGROUPS", groups),
        ("NFRAMES", mode.frames),
        ("FRMDIVSR", mode.frames),
        ("GROUPGAP", 0),
        ("TFRAME", mode.group_time / mode.frames),
        ("TGROUP", mode.group_time),
        ("EFFINTTM", mode.group_time * groups),
        ("ZEROFRAM", False),
        ("SUBARRAY", mode.subarray),
        ("SUBSTRT1", corner[0]),
        ("SUBSTRT2", corner[1]),
        ("SUBSIZE1", cols),
        ("SUBSIZE2", size2),
        ("FASTAXIS", mode.axes[0]),
        ("SLOWAXIS", mode.axes[1]),
    ]


def reference_cards(
    mode: Mode, kind: str, shape: tuple[int, int], corner: tuple[int, int]
) -> list[Card]:
    """Return the primary cards of a reference file of `kind` (REFTYPE) and `shape`."""
    size2 = 2048 if "IRS2" in mode.readpatt and shape[0] == 3200 else shape[0]
    subarray = mode.subarray if shape == mode.shape else "GENERIC"
    return [
        ("DATE", "2026-01-01T00:00:00.000"),
        ("TELESCOP", "JWST"),
        ("INSTRUME", mode.instrument),
        ("DETECTOR", mode.detector),
        ("REFTYPE", kind),
        ("PEDIGREE", "DUMMY"),
        ("DESCRIP", f"Synthetic {kind} reference"),
        ("AUTHOR", "strun developers"),
        ("USEAFTER", "2015-11-01T00:00:00"),
        ("SUBARRAY", subarray),
        ("SUBSTRT1", corner[0]),
        ("SUBSTRT2", corner[1]),
        ("SUBSIZE1", shape[1]),
        ("SUBSIZE2", size2),
        ("FASTAXIS", mode.axes[0]),
        ("SLOWAXIS", mode.axes[1]),
    ]


def add_user_cards(header: fits.Header) -> None:
    """Add what people add to headers: unknown, long and HIERARCH keywords, COMMENT, HISTORY."""
    header["MYKEY"] = (42, "a keyword that no schema knows")
    header["MYFLOAT"] = (1.25e-17, "[W/m2] another")
    header["MYLONG"] = "a value longer than one card: " + "0123456789 " * 12
    header["HIERARCH observer note"] = "it's cloudy / not really"
    header["COMMENT"] = "Written for tests; no photon was hurt."
    header["HISTORY"] = "ramp made"
    header["HISTORY"] = "header made"


def apply_overrides(header: fits.Header, overrides: Overrides) -> None:
    """Set keywords; the value None takes the keyword away."""
    for keyword, value in overrides.items():
        if value is None:
            header.remove(keyword, ignore_missing=True, remove_all=True)
        else:
            header[keyword] = value


def asdf_hdu(document: bytes = MINIMAL_ASDF) -> fits.BinTableHDU:
    """Return the table named ASDF that jwst's steps look for, with `document` in it."""
    column = fits.Column(
        name="ASDF_METADATA",
        format=f"{len(document)}B",
        array=np.frombuffer(document, np.uint8)[np.newaxis],
    )
    return fits.BinTableHDU.from_columns([column], name="ASDF")


def group_hdu(integrations: int, groups: int, group_time: float) -> fits.BinTableHDU:
    """Return a GROUP table: one row for the end of every group."""
    rows = integrations * groups
    number = np.arange(rows)
    stamp = np.datetime64("2026-01-14T03:04:05.678") + (number * group_time * 1000).astype("m8[ms]")
    columns = {
        "integration_number": ("J", number // groups + 1),
        "group_number": ("I", number % groups + 1),
        "end_day": ("I", np.full(rows, 9510)),
        "end_milliseconds": ("J", 11045678 + (number * group_time * 1000).astype(int)),
        "end_submilliseconds": ("I", number % 1000),
        "group_end_time": ("26A", stamp.astype(str)),
        "number_of_columns": ("I", np.full(rows, 64)),
        "number_of_rows": ("I", np.full(rows, 64)),
        "number_of_gaps": ("I", np.zeros(rows)),
        "completion_code_number": ("I", np.zeros(rows)),
        "completion_code_text": ("36A", np.full(rows, "COMPLETE")),
        "bary_end_time": ("D", 61054.13 + number * group_time / 86400),
        "helio_end_time": ("D", 61054.12 + number * group_time / 86400),
    }
    return _table("GROUP", columns)


def int_times_hdu(integrations: int, seconds: float) -> fits.BinTableHDU:
    """Return an INT_TIMES table: start, middle and end of every integration."""
    number = np.arange(integrations)
    columns: dict[str, tuple[str, np.ndarray]] = {"integration_number": ("J", number + 1)}
    for scale, zero in (("MJD_UTC", 61054.12), ("BJD_TDB", 61054.125)):
        for point, offset in (("start", 0.0), ("mid", 0.5), ("end", 1.0)):
            times = zero + (number + offset) * seconds / 86400
            columns[f"int_{point}_{scale}"] = ("D", times)
    return _table("INT_TIMES", columns)


def _table(name: str, columns: Mapping[str, tuple[str, np.ndarray]]) -> fits.BinTableHDU:
    made = [fits.Column(name=key, format=form, array=data) for key, (form, data) in columns.items()]
    return fits.BinTableHDU.from_columns(made, name=name)
