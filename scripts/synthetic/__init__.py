"""Synthetic exposures and reference files of all five instruments.

Deterministic: the same arguments and seed give the same bytes. Needs numpy and astropy only, so
that it runs in the environment of this project and in one that has STScI's packages alike.

``python scripts/synthetic --help`` writes files from a shell.
"""

from synthetic.exposures import Content, make_exposure, make_from_header
from synthetic.large import make_time_series, repeat_integrations
from synthetic.modes import MODES, Mode
from synthetic.ramp_references import REFERENCES
from synthetic.raw import Raw, make_raw
from synthetic.references import make_linearity, make_mask, make_plain_reference

__all__ = [
    "MODES",
    "REFERENCES",
    "Content",
    "Mode",
    "Raw",
    "make_exposure",
    "make_from_header",
    "make_linearity",
    "make_mask",
    "make_plain_reference",
    "make_raw",
    "make_time_series",
    "repeat_integrations",
]
