"""Products that are made again, or left alone, from records and files that are not as they were."""

from __future__ import annotations

import os
from collections.abc import Callable

from batch_driver import BatchCase, both, product
from fault_driver import OLDER, run_quietly
from fault_scenes import all_of, cut, gone, keyword, written

A = product("a")
MADE = both()


def _made(*scenes: Callable[[], object]) -> Callable[[], None]:
    """Return the scene in which both products are there, and then this happens."""
    return all_of(lambda: run_quietly(MADE), *scenes)


def _again(name: str, *scenes: Callable[[], object], says: str = "", code: int = 1) -> BatchCase:
    """Return the case of a product that is to be made again."""
    words = (says,) if says else ()
    return BatchCase(
        f"again {name}", ("--again", A), words, code=code, scene=_made(*scenes), older=False
    )


def _resumed(name: str, *scenes: Callable[[], object], done: str = "ab") -> BatchCase:
    return BatchCase(
        f"resume {name}", both("--resume"), (), done, 0, scene=_made(*scenes), older=False
    )


def _touched() -> None:
    os.utime("a_uncal.fits", (1, 1))


AGAIN = [
    _again("of a product that is good", code=0),
    _again("whose input has another time", _touched, code=0),
    _again("whose input is gone", gone("a_uncal.fits"), says="its input a_uncal.fits is not in"),
    _again("whose input is cut", cut("a_uncal.fits", 9000), says="a_uncal.fits: .*cut"),
    _again("of a product that is cut", cut(A, 9000), says="a_dq_init.fits: .*(cut|END|bytes)"),
    _again("of text", written(A, "x" * 100), says="a_dq_init.fits: .*not a FITS"),
    _again("of nothing", written(A, ""), says="a_dq_init.fits: the file is empty"),
    _again("of a product that is gone", gone(A), says="a_dq_init.fits: no such file"),
    _again("without a step", keyword(A, "STRUNSTP", None), says="no record of a run in it"),
    _again("with a number as step", keyword(A, "STRUNSTP", 7), says="no record of a run in it"),
    _again("with an input of another folder", keyword(A, "STRUNINP", "/etc/passwd"), says="input"),
    _again("with an empty sum", keyword(A, "H_MASK", "")),
    _again("with a sum of one digit", keyword(A, "H_MASK", "0"), says="H_MASK is '0'"),
]
RESUMED = [
    _resumed("of what is done"),
    _resumed("with an input of another time", _touched),
    _resumed("with a product that is cut", cut(A, 9000)),
    _resumed("with a product of another", written(A, OLDER)),
    _resumed("with a record of a number", keyword(A, "STRUNSTP", 7)),
    _resumed("with a journal that is text", written("strun-journal.jsonl", "x" * 9999)),
    _resumed("with a journal of NUL bytes", written("strun-journal.jsonl", bytes(9999))),
]
CASES = [*AGAIN, *RESUMED]
