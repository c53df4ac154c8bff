"""Parameter files, hooks of the user and command lines that make no sense."""

from __future__ import annotations

import os

from fault_driver import Case
from fault_numbers import flags_are_right
from fault_scenes import RAMP, all_of, written

RIGHT = flags_are_right()
DQ_CLASS = "jwst.dq_init.DQInitStep"
CFG = ("s.cfg", RAMP)
GOOD = f'name = "dq_init"\nclass = "{DQ_CLASS}"\noverride_mask = mask.fits\n'


def _cfg(name: str, says: str, text: str | bytes, code: int = 1) -> Case:
    return Case(f"cfg {name}", CFG, says, written("s.cfg", text), code)


def _good(name: str, text: str, warns: str = "") -> Case:
    return Case(f"cfg {name}", CFG, "", written("s.cfg", text), 0, check=RIGHT, warns=warns)


def _module(name: str, says: str, source: str, code: int = 1) -> Case:
    """Return the case of a step of the user's own."""
    scene = all_of(written("own.py", source), written("s.cfg", 'class = "own.Own"\n'))
    return Case(f"class {name}", CFG, says, scene, code, makes=None)


CASES = [
    _good("that is good", GOOD),
    _good("with Windows line ends", GOOD.replace("\n", "\r\n")),
    _good("with a byte order mark", "\ufeff" + GOOD),
    _good("with comments of any letters", "# µ ✨ # , =\n" + GOOD),
    _cfg(
        "with a line without =",
        "s.cfg: not a cfg file: line 4 .*expected name = value",
        GOOD + "what is this\n",
    ),
    _cfg("with an open quote", "s.cfg: not a cfg file: line 4", GOOD + 'suffix = "abc\n'),
    _cfg("with a key twice", "s.cfg: not a cfg file: line 4", GOOD + "override_mask = m.fits\n"),
    _cfg("with an open section", "s.cfg: not a cfg file: line 4", GOOD + "[section\n"),
    _cfg(
        "with an unknown key",
        r"'overide_mask' \(cfg s.cfg\); did you mean override_mask",
        GOOD + "overide_mask = m\n",
        2,
    ),
    _cfg(
        "with an unknown section",
        r"'steps' \(cfg s.cfg\)",
        GOOD + "[steps]\n[[dq_init]]\nskip = True\n",
        2,
    ),
    _cfg(
        "with a bad boolean",
        r"skip = 'maybe' \(cfg s.cfg\) .*true or false",
        GOOD + "skip = maybe\n",
        2,
    ),
    _cfg("with a list for a boolean", "skip", GOOD + "skip = True, False\n", 2),
    _cfg("with a section for a text", "suffix", GOOD + "[suffix]\nx = 1\n", 2),
    _cfg("without a class", r"s\.cfg: names no step; add a line like class = ", "suffix = a\n", 2),
    _cfg("that is empty", r"s\.cfg: names no step", "", 2),
    _cfg(
        "of a class that is missing",
        "dq_init has no DQStep; did you mean",
        'class = "jwst.dq_init.DQStep"\n',
        2,
    ),
    _cfg(
        "of a module that is missing", "there is no module", 'class = "jwst.dqinit.DQInitStep"\n', 2
    ),
    _cfg(
        "of a class with code in its name",
        "no alias, class path or cfg",
        "class = \"__import__('os').mkdir('x')\"\n",
        2,
    ),
    _cfg(
        "of a class that is no step",
        r"is no step; expected a class that inherits",
        'class = "pathlib.Path"\n',
        2,
    ),
    _cfg("of a function", "is no step", 'class = "os.path.join"\n', 2),
    _cfg("that is binary", r"s\.cfg: not a text file", bytes(range(256)) * 9),
    _cfg("that is an exposure", r"s\.cfg: not a cfg file but data", b"SIMPLE  =" + b" " * 2871),
    _cfg("with a null character in a name", "null character", GOOD + "output_file = a\0b\n"),
    _cfg("with a null character in a path", "no such mask", GOOD.replace("mask.f", "m\0.f")),
    _cfg("of null bytes", r"s\.cfg: not a", b"\0" * 99),
    _cfg("of one very long line", r"s\.cfg: not a cfg file: line 1", b"x" * 1_000_000),
    _cfg(
        "with a reference that is missing", r"no such mask reference", GOOD.replace("mask.f", "m.f")
    ),
    Case("cfg missing", ("none.cfg", RAMP), r"none\.cfg: no such cfg file", code=2),
    Case(
        "cfg is a folder",
        ("d.cfg", RAMP),
        r"d\.cfg: cfg cannot be read: Is a directory",
        lambda: os.mkdir("d.cfg"),
    ),
    Case(
        "cfg comes second",
        (RAMP, "s.cfg"),
        "x_uncal.fits: not a cfg file but data; the step comes",
        written("s.cfg", GOOD),
    ),
    Case("cfg and no input", ("s.cfg",), "Missing argument INPUT", written("s.cfg", GOOD), 2),
    _module(
        "that raises on import",
        r"importing own failed: ZeroDivisionError: division by zero",
        "1 / 0\n",
    ),
    _module("with a syntax error", "importing own failed: SyntaxError", "class Own(:\n"),
    _module(
        "that needs what is not installed",
        "needs no_such_thing, which is not installed",
        "import no_such_thing\n",
    ),
    _module("that is a number", "is no step", "Own = 7\n", 2),
    _module(
        "that ends Python on import", "importing own failed: SystemExit", "raise SystemExit(0)\n"
    ),
    _module(
        "that does nothing",
        "Own defines neither prepare nor process",
        "from jwst.stpipe import Step\nclass Own(Step): pass\n",
    ),
    _module(
        "whose process fails",
        "ZeroDivisionError: division by zero.*--debug",
        "from jwst.stpipe import Step\nclass Own(Step):\n"
        "    def process(self, x):\n        return 1 / 0\n",
    ),
]
