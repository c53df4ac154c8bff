"""What the journal of a folder says of earlier batches; other lines in it are passed over."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterator
from typing import Any, NamedTuple

from strun.blockio.atomic import alive, refuse_data
from strun.steps.run_files import JOURNAL

# bytes; what is longer is no line of strun
_LONGEST = 1 << 20
# host, process, and what tells two batches of one process apart
_BATCH = re.compile(r"(.+)-(\d{1,9})-[^-]+", re.DOTALL)
# what a line of each event may say, and of which type
_SAID: dict[str, dict[str, type]] = {
    "begin": {"time": str, "inputs": int, "up_to_date": int, "told": list, "odd": int},
    "start": {"input": str},
    "end": {"input": str, "outcome": str},
    "finish": {},
}


class Unfinished(NamedTuple):
    """
    A batch that ended without saying so.

    Attributes
    ----------
    batch : str
        Its id.
    time : str
        When it began.
    running : tuple of str
        Inputs that it was working on.
    done, total : int
        Inputs that it had finished, and all of them.
    here : bool
        Whether it ran on this host; one on another may still be running.
    """

    batch: str
    time: str
    running: tuple[str, ...]
    done: int
    total: int
    here: bool

    def __str__(self) -> str:
        what = ", ".join(self.running[:4]) or "nothing"
        more = f" and {len(self.running) - 4} more" if len(self.running) > 4 else ""
        ended = "did not end" if self.here else "did not end, or still runs on another host"
        return (
            f"The batch of {self.time} {ended}: it was running {what}{more}, "
            f"{self.done} of {self.total} were done"
        )


class JournalHistory(NamedTuple):
    """
    What a journal says of earlier batches.

    Attributes
    ----------
    unfinished : list of Unfinished
        Batches that ended without a last line and were not reported yet.
    damaged : int
        Lines that are cut, or not of this strun.
    new_damaged : int
        Those of them that were not reported yet.
    """

    unfinished: list[Unfinished]
    damaged: int
    new_damaged: int


def _raw_lines(path: str) -> Iterator[bytes]:
    """Yield the lines of a file, those that are too long as nothing."""
    try:
        # what the writer of a journal refuses says nothing here; a FIFO would wait for a writer
        refuse_data(path)
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(fd, "rb") as stream:
            if not stat.S_ISREG(os.fstat(fd).st_mode):
                return
            while line := stream.readline(_LONGEST):
                whole = line
                while len(line) == _LONGEST and not line.endswith(b"\n"):
                    line, whole = stream.readline(_LONGEST), b""
                yield whole
    except OSError:
        return


def _said(line: bytes) -> dict[str, Any] | None:
    """Return what a line says, None when it is no line of strun."""
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict):
        return None
    event, batch = said.get("event"), said.get("batch")
    if not (isinstance(event, str) and event in _SAID and isinstance(batch, str)):
        return None
    if not _BATCH.fullmatch(batch):
        return None
    typed = all(isinstance(said.get(n, kind()), kind) for n, kind in _SAID[event].items())
    told = said.get("told", ()) if typed and event == "begin" else ()
    return said if typed and all(isinstance(each, str) for each in told) else None


def _is_running(batch: str) -> bool | None:
    """Return whether the process of a batch is there; None when it ran on another host."""
    found = _BATCH.fullmatch(batch)
    if found is None or found.group(1) != os.uname().nodename:
        return None
    return alive(int(found.group(2)))


def read_history(folder: str) -> JournalHistory:
    """Return what the journal of a folder of products says of earlier batches."""
    open_batches: dict[str, dict[str, Any]] = {}
    damaged = reported = 0
    for line in _raw_lines(os.path.join(folder, JOURNAL)):
        said = _said(line)
        if said is None:
            damaged += 1
            continue
        batch, event = said["batch"], said["event"]
        if event == "begin":
            reported = max(reported, said.get("odd", 0))
            for told in said.get("told", ()):
                open_batches.pop(told, None)
            done = said.get("up_to_date", 0)
            open_batches[batch] = {**said, "running": {}, "done": done}
        elif batch not in open_batches:
            continue
        elif event == "start":
            open_batches[batch]["running"][said.get("input", "")] = None
        elif event == "end":
            open_batches[batch]["running"].pop(said.get("input", ""), None)
            open_batches[batch]["done"] += said.get("outcome") != "failed"
        elif event == "finish":
            del open_batches[batch]
    unfinished = [found for said in open_batches.values() if (found := _unfinished(said))]
    return JournalHistory(unfinished, damaged, max(0, damaged - reported))


def _unfinished(said: dict[str, Any]) -> Unfinished | None:
    """Return a batch that has not finished, unless its process is there."""
    running_now = _is_running(said["batch"])
    if running_now:
        return None
    here, total = running_now is False, said.get("inputs", 0)
    running = tuple(said["running"])
    return Unfinished(said["batch"], said.get("time", ""), running, said["done"], total, here)
