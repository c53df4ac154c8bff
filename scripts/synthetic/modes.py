"""Instrument modes: what the primary header of an exposure says in each of them.

Corners, sizes and read-out axes are those of real programmes; the guider ones are those of
flight files of 2022.
"""

from __future__ import annotations

from typing import NamedTuple

Card = tuple[str, bool | int | float | str]


class Mode(NamedTuple):
    """One way to use an instrument.

    Attributes
    ----------
    instrument, detector, exp_type, subarray, readpatt : str
        As in INSTRUME, DETECTOR, EXP_TYPE, SUBARRAY, READPATT.
    corner : tuple of int
        SUBSTRT1, SUBSTRT2 (1-based).
    shape : tuple of int
        Rows and columns of one frame.
    axes : tuple of int
        FASTAXIS, SLOWAXIS.
    frames : int
        NFRAMES, frames averaged into a group.
    group_time : float
        TGROUP, seconds.
    optics : tuple of (str, value)
        Filter, pupil, channel and the like.
    gap : int
        GROUPGAP, frames dropped between two groups.
    """

    instrument: str
    detector: str
    exp_type: str
    subarray: str
    readpatt: str
    corner: tuple[int, int]
    shape: tuple[int, int]
    axes: tuple[int, int]
    frames: int
    group_time: float
    optics: tuple[Card, ...] = ()
    gap: int = 0

    @property
    def is_guider(self) -> bool:
        """Whether the exposure is one of the guide-star modes (a 2-D DQ, no GROUPDQ)."""
        return self.exp_type in GUIDER_TYPES

    @property
    def detector_shape(self) -> tuple[int, int]:
        """Rows and columns of the whole detector as references hold it."""
        if self.instrument == "MIRI":
            return (1024, 1032)
        return (3200, 2048) if "IRS2" in self.readpatt else (2048, 2048)


GUIDER_TYPES = frozenset(
    ["FGS_ID-IMAGE", "FGS_ID-STACK", "FGS_ACQ1", "FGS_ACQ2", "FGS_TRACK", "FGS_FINEGUIDE"]
)


def _miri(
    exp_type: str,
    subarray: str,
    corner: tuple[int, int],
    shape: tuple[int, int],
    optics: tuple[Card, ...],
    detector: str = "MIRIMAGE",
) -> Mode:
    return Mode(
        "MIRI", detector, exp_type, subarray, "FASTR1", corner, shape, (1, 2), 1, 2.775, optics
    )


def _guider(
    exp_type: str,
    subarray: str,
    readpatt: str,
    corner: tuple[int, int],
    shape: tuple[int, int],
    frames: int,
    group_time: float,
    detector: str = "GUIDER1",
) -> Mode:
    axes = (-2, -1) if detector == "GUIDER1" else (2, -1)
    return Mode(
        "FGS", detector, exp_type, subarray, readpatt, corner, shape, axes, frames, group_time
    )


_MIRI_FULL = (1024, 1032)
_NIR_FULL = (2048, 2048)

MODES: dict[str, Mode] = {
    "miri_image": _miri("MIR_IMAGE", "FULL", (1, 1), _MIRI_FULL, (("FILTER", "F1130W"),)),
    "miri_brightsky": _miri(
        "MIR_IMAGE", "BRIGHTSKY", (457, 51), (512, 512), (("FILTER", "F770W"),)
    ),
    "miri_slow": _miri("MIR_IMAGE", "FULL", (1, 1), _MIRI_FULL, (("FILTER", "F770W"),))._replace(
        readpatt="SLOWR1", group_time=23.889
    ),
    "miri_sub64": _miri("MIR_IMAGE", "SUB64", (1, 779), (64, 72), (("FILTER", "F560W"),)),
    "miri_lyot": _miri("MIR_LYOT", "MASKLYOT", (1, 717), (304, 320), (("FILTER", "F2300C"),)),
    "miri_slitless": _miri(
        "MIR_LRS-SLITLESS", "SLITLESSPRISM", (1, 529), (416, 72), (("FILTER", "P750L"),)
    ),
    "miri_mrs": _miri(
        "MIR_MRS", "FULL", (1, 1), _MIRI_FULL, (("CHANNEL", "34"), ("BAND", "MEDIUM")), "MIRIFULONG"
    ),
    "nircam_image": Mode(
        "NIRCAM",
        "NRCA2",
        "NRC_IMAGE",
        "FULL",
        "BRIGHT2",
        (1, 1),
        _NIR_FULL,
        (1, -2),
        2,
        21.47354,
        (("MODULE", "A"), ("CHANNEL", "SHORT"), ("FILTER", "F210M"), ("PUPIL", "CLEAR")),
    ),
    "nircam_sub160": Mode(
        "NIRCAM",
        "NRCB1",
        "NRC_IMAGE",
        "SUB160",
        "RAPID",
        (1, 1889),
        (160, 160),
        (-1, 2),
        1,
        0.27864,
        (("MODULE", "B"), ("CHANNEL", "SHORT"), ("FILTER", "F187N"), ("PUPIL", "CLEAR")),
    ),
    "nircam_shallow4": Mode(
        "NIRCAM",
        "NRCA2",
        "NRC_IMAGE",
        "FULL",
        "SHALLOW4",
        (1, 1),
        _NIR_FULL,
        (1, -2),
        4,
        53.68385,
        (("MODULE", "A"), ("CHANNEL", "SHORT"), ("FILTER", "F210M"), ("PUPIL", "CLEAR")),
        1,
    ),
    "nircam_sub320": Mode(
        "NIRCAM",
        "NRCBLONG",
        "NRC_IMAGE",
        "SUB320",
        "RAPID",
        (1, 1),
        (320, 320),
        (-1, 2),
        1,
        1.06904,
        (("MODULE", "B"), ("CHANNEL", "LONG"), ("FILTER", "F444W"), ("PUPIL", "CLEAR")),
    ),
    "nircam_deep8": Mode(
        "NIRCAM",
        "NRCBLONG",
        "NRC_IMAGE",
        "FULL",
        "DEEP8",
        (1, 1),
        _NIR_FULL,
        (1, -2),
        8,
        214.7354,
        (("MODULE", "B"), ("CHANNEL", "LONG"), ("FILTER", "F444W"), ("PUPIL", "CLEAR")),
    ),
    "nircam_grism_ts": Mode(
        "NIRCAM",
        "NRCALONG",
        "NRC_TSGRISM",
        "SUBGRISM64",
        "RAPID",
        (1, 1),
        (64, 2048),
        (-1, 2),
        1,
        0.34061,
        (("MODULE", "A"), ("CHANNEL", "LONG"), ("FILTER", "F322W2"), ("PUPIL", "GRISMR")),
    ),
    "niriss_image": Mode(
        "NIRISS",
        "NIS",
        "NIS_IMAGE",
        "FULL",
        "NISRAPID",
        (1, 1),
        _NIR_FULL,
        (-2, -1),
        1,
        10.73677,
        (("FILTER", "CLEAR"), ("PUPIL", "F200W")),
    ),
    "niriss_soss": Mode(
        "NIRISS",
        "NIS",
        "NIS_SOSS",
        "SUBSTRIP256",
        "NISRAPID",
        (1, 1793),
        (256, 2048),
        (-2, -1),
        1,
        5.494,
        (("FILTER", "CLEAR"), ("PUPIL", "GR700XD")),
    ),
    "niriss_ami": Mode(
        "NIRISS",
        "NIS",
        "NIS_AMI",
        "SUB80",
        "NISRAPID",
        (1045, 1),
        (80, 80),
        (-2, -1),
        1,
        0.07544,
        (("FILTER", "F380M"), ("PUPIL", "NRM")),
    ),
    "nirspec_irs2": Mode(
        "NIRSPEC",
        "NRS1",
        "NRS_FIXEDSLIT",
        "FULL",
        "NRSIRS2RAPID",
        (1, 1),
        (3200, 2048),
        (2, 1),
        1,
        14.58889,
        (("FILTER", "F100LP"), ("GRATING", "G140H")),
    ),
    "nirspec_ifu": Mode(
        "NIRSPEC",
        "NRS2",
        "NRS_IFU",
        "FULL",
        "NRSRAPID",
        (1, 1),
        _NIR_FULL,
        (-2, -1),
        1,
        10.73677,
        (("FILTER", "CLEAR"), ("GRATING", "PRISM")),
    ),
    "nirspec_bots": Mode(
        "NIRSPEC",
        "NRS1",
        "NRS_BRIGHTOBJ",
        "SUB512",
        "NRSRAPID",
        (897, 1537),
        (32, 512),
        (2, 1),
        1,
        0.22656,
        (("FILTER", "CLEAR"), ("GRATING", "PRISM")),
    ),
    "nirspec_sub32": Mode(
        "NIRSPEC",
        "NRS2",
        "NRS_TACONFIRM",
        "SUB32",
        "NRSRAPID",
        (1093, 849),
        (32, 32),
        (-2, -1),
        1,
        0.01496,
        (("FILTER", "F140X"), ("GRATING", "MIRROR")),
    ),
    "fgs_image": Mode(
        "FGS", "GUIDER2", "FGS_IMAGE", "FULL", "FGSRAPID", (1, 1), _NIR_FULL, (2, -1), 1, 10.73677
    ),
    "fgs_id_image": _guider("FGS_ID-IMAGE", "2048X64", "ID", (13, 1), (2048, 2024), 1, 0.3406),
    "fgs_id_stack": _guider("FGS_ID-STACK", "2048X64", "ID", (1, 1), (2048, 2048), 1, 0.3406),
    "fgs_acq1": _guider(
        "FGS_ACQ1", "128X128", "ACQ1", (887, 1022), (128, 128), 1, 0.364, "GUIDER2"
    ),
    "fgs_acq2": _guider("FGS_ACQ2", "32X32", "ACQ2", (1067, 914), (32, 32), 1, 0.05016),
    "fgs_track": _guider("FGS_TRACK", "32X32", "TRACK", (1214, 197), (32, 32), 1, 0.02508),
    "fgs_fineguide": _guider("FGS_FINEGUIDE", "8X8", "FINEGUIDE", (1226, 209), (8, 8), 4, 0.05418),
}
