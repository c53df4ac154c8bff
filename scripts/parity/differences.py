"""The intended differences from jwst 3.0.0, all of them, each with its reason.

``compare_with_jwst --differences`` prints this list; docs/from_jwst.md shows it.
"""

from __future__ import annotations

from typing import NamedTuple


class Difference(NamedTuple):
    """One thing that we do otherwise, on purpose."""

    what: str
    why: str


# Keywords whose values are not compared, or compared in another way (see `products`).
OWN_KEYWORDS = {
    "DATE": Difference("DATE", "the time of writing"),
    "CAL_VER": Difference("CAL_VER, CAL_VCS", "name the software that made the product"),
    "CAL_VCS": Difference("CAL_VER, CAL_VCS", "name the software that made the product"),
    "CRDS_VER": Difference(
        "CRDS_VER, CRDS_CTX", "written only when CRDS chose a reference, not for overrides"
    ),
    "CRDS_CTX": Difference(
        "CRDS_VER, CRDS_CTX", "written only when CRDS chose a reference, not for overrides"
    ),
    "FILENAME": Difference(
        "product names",
        "always _dq_init and _linearitystep, however the step is started; jwst says _dqinitstep "
        "for a class and _dq_init for a cfg",
    ),
}

_REFERENCES = Difference(
    "R_MASK, R_LINEAR ...", "the name of an override without the folders of one machine"
)
_RECORD = Difference(
    "STRUN*, H_*",
    "what the product was made from: step, input, parameters, SHA-256 of the references",
)
_OWN_STARTS = ("STRUN", "H_", "R_")


def is_own(keyword: str) -> bool:
    """Return whether a keyword is ours, or has a value that is meant to differ."""
    return keyword in OWN_KEYWORDS or keyword.startswith(_OWN_STARTS)


BEHAVIOUR = {
    "asdf": Difference(
        "the ASDF extension",
        "passes through as it came, or is a minimal one when the input has none; jwst writes its "
        "own tree and refuses an input without one. FITS keywords win when either reads a product",
    ),
    "no-dq": Difference(
        "a linearity reference without DQ", "counts as one without flags; jwst stops in a traceback"
    ),
    "one-group": Difference(
        "one group of several frames and a reference with INV_COEFFS",
        "is corrected by the plain polynomial, with a warning; jwst stops in a traceback",
    ),
    "twice": Difference(
        "an exposure with S_LINEAR = COMPLETE",
        "is refused unless --force is given; jwst corrects it a second time without a word",
    ),
    "other-detector": Difference(
        "a reference of another instrument, detector or kind",
        "is refused; jwst does not look when it is an override",
    ),
    "skip": Difference("--skip", "is honoured when a step runs alone, and S_* says SKIPPED"),
    "save": Difference("--save_results=false", "is honoured on the command line"),
    "output-ext": Difference("--output_ext .asdf", "is refused: products are FITS"),
    "output-file": Difference(
        "--output_file with a folder",
        "puts the product there unless --output_dir says where; jwst drops the folder",
    ),
    "same-name": Difference(
        "an input that has the product's name", "is not overwritten: that is an error"
    ),
    "gzip": Difference("x_uncal.fits.gz", "gives x_dq_init.fits, not x_uncal.fits_dqinitstep.fits"),
    "errors": Difference("a mistake", "gives one line that says what to do, not a traceback"),
    "zero-frames": Difference(
        "ramp_fit alone with suppress_one_group=false, on a file with ZEROFRAME",
        "fits the zero frames; jwst takes their bytes in the order of the file, and fits noise",
    ),
    "windows": Difference(
        "windows of persistence of another subarray",
        "are refused where the file tells; jwst stops at an index or flags other pixels",
    ),
    "parameters": Difference("--save-parameters", "keeps the override_* of the run"),
}


def listing() -> str:
    """Return the list as Markdown, one line each."""
    every = [*dict.fromkeys(OWN_KEYWORDS.values()), _REFERENCES, _RECORD, *BEHAVIOUR.values()]
    return "\n".join(f"- **{difference.what}**: {difference.why}." for difference in every)
