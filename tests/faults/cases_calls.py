"""Command lines that make no sense, and some that look as if they made none."""

from __future__ import annotations

from fault_driver import Case
from fault_numbers import flags_are_right
from fault_scenes import DQ, LINEARITY, MASK, RAMP, copied, dq, moved

RIGHT = flags_are_right()
OTHER_KINDS = (".fits.gz", "ASDF", ".txt", "txt", ".json", ".fit", ".")
DQ_CLASS = "jwst.dq_init.DQInitStep"


def _call(name: str, says: str, *words: str, code: int = 2) -> Case:
    return Case(f"call {name}", words, says, code=code)


CASES = [
    *[
        Case(
            f"suffix {word!r}",
            (*DQ, "--suffix", word),
            "is part of a name; --output_dir says",
            makes=None,
        )
        for word in ("a/b", "../b", "/b")
    ],
    *[
        Case(f"output_ext {word!r}", (*DQ, "--output_ext", word), says, makes=None)
        for word, says in (
            ("../e", "is part of a name"),
            *((word, "are plain FITS; give --output_ext .fits") for word in OTHER_KINDS),
        )
    ],
    *[
        Case(f"output_ext {word!r}", (*DQ, "--output_ext", word), "", code=0, check=RIGHT)
        for word in ("fits", ".fits")
    ],
    Case(
        "parameters as text",
        (*DQ, "--save-parameters", "p.txt"),
        r"p\.txt: parameters are written as \.cfg or \.asdf",
    ),
    Case("call without anything", (), "Usage", code=2, makes=None, many=True),
    _call("of a misspelt alias", "dq_int: .*did you mean dq_init", "dq_int", RAMP),
    _call("of a misspelt path", f"did you mean {DQ_CLASS}", "jwst.dq_init.DQInitSte", RAMP),
    _call("of a misspelt module", f"did you mean {DQ_CLASS}", "jwst.dq_int.DQInitStep", RAMP),
    _call("of a step of jwst", "emicorr: jwst 3.0.0 has EmiCorrStep", "emicorr", RAMP),
    _call("of another case", "did you mean dq_init", "DQ_Init", RAMP),
    _call("of nothing", "no alias, class path or cfg file", "", RAMP),
    _call("of dots", "no alias, class path or cfg file", "...", RAMP),
    _call(
        "of two steps", "linearity is no file but a second step", "dq_init", "linearity", *DQ[1:]
    ),
    _call("with an unknown option", "No such option.*override_mask", *DQ, "--override_maks", "m"),
    _call("with an unknown short option", "No such option.*-z", *DQ, "-z"),
    _call(
        "with a value missing",
        "override_mask.*requires an argument",
        "dq_init",
        RAMP,
        "--override_mask",
    ),
    _call("with a bad boolean", "skip.*maybe", *DQ, "--skip=maybe"),
    _call("with a word that is no boolean", "neither a boolean nor a file", *DQ, "--skip", "maybe"),
    _call("with letters of several options", "Ambiguous option: --out may be", *DQ, "--out", "x"),
    _call("with a bad number", "jobs.*many", *DQ, "--jobs", "many"),
    _call(
        "with another step's option",
        "No such option.*user_supplied_dq",
        "linearity",
        RAMP,
        "--override_linearity",
        LINEARITY,
        "--user_supplied_dq",
        "x",
    ),
    _call("with a value for a flag", "verbose", *DQ, "--verbose=3"),
    _call("without an input", "Missing argument INPUT", "dq_init", "--override_mask", MASK),
    _call("with an empty input", "no such file|empty", *dq(""), code=1),
    _call(
        "of a step behind --", "none.fits: no such file", "--", "dq_init", "--", "none.fits", code=1
    ),
    Case(
        "call with an option twice",
        (*DQ, "--override_mask", "m.fits"),
        "",
        copied(MASK, "m.fits"),
        0,
        check=RIGHT,
    ),
    _call(
        "with an empty reference", "'--override_mask' has an empty value", *DQ, "--override_mask="
    ),
    Case("call with options before the step", ("--verbose", *DQ), "", code=0, check=RIGHT),
    Case(
        "call with input behind --",
        ("dq_init", "--override_mask", MASK, "--", "-x.fits"),
        "",
        moved(RAMP, "-x.fits"),
        0,
        "-x_dq_init.fits",
        flags_are_right("-x_dq_init.fits", "-x.fits"),
    ),
]
