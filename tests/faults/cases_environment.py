"""Environments that lack what is usual, or hold what makes no sense."""

from __future__ import annotations

import os
from collections.abc import Callable

from fault_driver import Case
from fault_numbers import flags_are_right
from fault_scenes import DQ, RAMP, all_of, dq, moved, written

RIGHT = flags_are_right()
NOWHERE = {
    "CRDS_PATH": "/no/such/folder",
    "CRDS_SERVER_URL": "http://127.0.0.1:9",
    "CRDS_CONTEXT": "jwst_9999.pmap",
}
NAMES_OF_HOME = ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")


def _good(
    name: str,
    *words: str,
    scene: Callable[[], None] = lambda: None,
    apart: bool = True,
    **environment: str | None,
) -> Case:
    """Return the case of an environment that does not matter."""
    return Case(
        name, (*DQ, *words), "", scene, 0, check=RIGHT, environment=environment, apart=apart
    )


def _streams(fault: str, *numbers: int) -> list[Case]:
    """Return the cases of streams that are spoiled: runs that go on, fail, or are wrong calls."""
    streams = dict.fromkeys(numbers, fault)
    name = f"streams {' '.join(map(str, numbers))} are {fault}"
    fails, wrong = dq("none.fits"), ("--nothing",)
    if 2 not in numbers:
        return [Case(name, DQ, "", code=0, check=RIGHT, apart=True, streams=streams)]
    return [
        Case(name, DQ, "", code=0, check=RIGHT, apart=True, streams=streams),
        Case(f"{name}, run fails", fails, "", makes=None, apart=True, streams=streams),
        Case(f"{name}, wrong call", wrong, "", code=2, makes=None, apart=True, streams=streams),
    ]


def _spoken(fault: str, code: int, *words: str) -> Case:
    """Return the case of a text that cannot be printed."""
    says = "No space left on device" if fault == "full" else ""
    return Case(
        f"{' '.join(words)} with stdout {fault}",
        words,
        says,
        code=code,
        makes=None,
        apart=True,
        streams={1: fault},
    )


def _dated(path: str, seconds: float) -> Callable[[], None]:
    """Return the scene in which a file was written then."""
    return lambda: os.utime(path, (seconds, seconds))


EVERYTHING = dict.fromkeys(os.environ)
OLD = all_of(_dated(RAMP, -1), _dated("mask.fits", -86_400 * 365 * 100))
TO_COME = all_of(_dated(RAMP, 2**33), _dated("mask.fits", 2**33))
NON_ASCII = "μ_✨_uncal.fits"

CASES = [
    _good("environment is empty", **EVERYTHING),
    _good("HOME is missing", **dict.fromkeys(NAMES_OF_HOME)),
    _good("HOME leads nowhere", HOME="/no/such/home", XDG_CACHE_HOME=None, XDG_CONFIG_HOME=None),
    _good("HOME is a file", HOME="mask.fits", XDG_CACHE_HOME=None),
    _good("HOME cannot be written to", HOME="/proc/self", XDG_CACHE_HOME=None),
    _good("HOME is empty", HOME="", XDG_CACHE_HOME=None),
    _good("cache is a file", scene=written("cache", "x"), XDG_CACHE_HOME="cache"),
    _good("PATH is missing", PATH=None),
    _good("TMPDIR is missing", TMPDIR="/no/such/folder"),
    _good("locale is C", LC_ALL="C", LANG="C"),
    _good("locale is unknown", LC_ALL="xx_YY.UTF-99"),
    _good("encoding is ASCII", PYTHONIOENCODING="ascii", PYTHONUTF8="0", LC_ALL="C"),
    _good("COLUMNS is text", COLUMNS="wide"),
    _good("COLUMNS is negative", COLUMNS="-5"),
    _good("TERM is unknown", TERM="none"),
    _good("time zone is unknown", TZ="No/Where"),
    _good("threads are text", OPENBLAS_NUM_THREADS="many", OMP_NUM_THREADS="x"),
    _good("CRDS leads nowhere but is not needed", **NOWHERE),
    _good("CRDS variables are empty", CRDS_PATH="", CRDS_SERVER_URL=""),
    _good("CRDS cache is a file", CRDS_PATH="mask.fits"),
    _good("files were written before 1970", scene=OLD),
    _good("files were written in the future", scene=TO_COME),
    *[
        Case(
            f"name of other letters in locale {locale}, UTF-8 mode {flag}",
            dq(NON_ASCII),
            "",
            moved(RAMP, NON_ASCII),
            0,
            "μ_✨_dq_init.fits",
            flags_are_right("μ_✨_dq_init.fits", NON_ASCII),
            environment={"LC_ALL": locale, "PYTHONUTF8": flag, "PYTHONCOERCECLOCALE": "0"},
            apart=True,
        )
        for locale, flag in (("C", "0"), ("C", "1"), ("POSIX", None))
    ],
    Case(
        "error about a name of other letters in locale C",
        dq("μ.fits"),
        "no such file",
        makes=None,
        environment={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        apart=True,
    ),
    *_streams("closed", 0),
    *_streams("closed", 1),
    *_streams("closed", 2),
    *_streams("closed", 0, 1, 2),
    *_streams("gone", 1),
    *_streams("gone", 2),
    *_streams("full", 1),
    *_streams("full", 1, 2),
    _spoken("gone", 1, "dq_init", "-h"),
    _spoken("gone", 1, "--list"),
    _spoken("closed", 0, "dq_init", "-h"),
    _spoken("full", 1, "dq_init", "-h"),
    _spoken("full", 1, "--version"),
    Case(
        "no reference and no CRDS",
        ("dq_init", RAMP),
        "no mask reference.*--override_mask.*--refs.*CRDS_PATH",
    ),
    Case(
        "no reference and CRDS leads nowhere",
        ("dq_init", RAMP),
        "mask reference",
        environment=NOWHERE,
    ),
    Case(
        "no reference and the cache is a file",
        ("dq_init", RAMP),
        "mask reference",
        environment={"CRDS_PATH": "mask.fits"},
    ),
]
