"""Outputs of many exposures that nobody reads, that are closed, or on a full disk."""

from __future__ import annotations

import os

from batch_driver import BatchCase, both


def _stream(
    name: str, streams: dict[int, str], *says: str, code: int = 1, more: tuple[str, ...] = ()
) -> BatchCase:
    """Return the case of streams that are spoiled: all products are made."""
    return BatchCase(
        f"{name}{' of workers' * bool(more)}",
        both(*more),
        says,
        "ab",
        code,
        apart=True,
        streams=streams,
    )


CASES = [
    *[
        _stream(f"{name} {how}", {number: how}, code=0, more=more)
        for name, number in (("stdout", 1), ("stderr", 2))
        for how in ("closed", "gone", "full")
        for more in ((), ("-j2",))
        if how == "full" or not more
    ],
    _stream("both streams closed", {1: "closed", 2: "closed"}, code=0),
    _stream("both streams full", {1: "full", 2: "full"}, code=0),
    _stream("stdin closed", {0: "closed"}, code=0),
    _stream("all streams closed", {0: "closed", 1: "closed", 2: "closed"}, code=0),
    BatchCase("log that is an input", both("--log-file", "b_uncal.fits"), ("is one of",), code=2),
    BatchCase(
        "log that is a FIFO without a reader",
        both("--log-file", "log"),
        ("log: the log cannot be written: nobody reads",),
        scene=lambda: os.mkfifo("log"),
    ),
    *[
        BatchCase(f"{o} on a device", both(o, "/dev/full"), ("written there",), code=2)
        for o in ("--summary", "--report")
    ],
    *[
        BatchCase(
            f"{option} that is a FIFO",
            both(option, "s.json"),
            ("s.json: cannot be written there",),
            code=2,
            scene=lambda: os.mkfifo("s.json"),
        )
        for option in ("--summary", "--report")
    ],
    BatchCase("log in no folder", both("--log-file", "d/log"), ("d/log",)),
    BatchCase("log that is a folder", both("--log-file", "."), ("Is a directory",)),
]
