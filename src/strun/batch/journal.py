"""The journal of a folder of products: what began and what ended, one JSON object a line.

Lines are only ever added, each by one write, so that they survive whatever becomes of the process.
What is no line of a journal is passed over when it is read.

========  ======================================================================================
event     what else the line says
========  ======================================================================================
begin     a batch: step, inputs (count), up_to_date (of them), workers, told (ids of batches that
          were reported to have ended without a word), odd (lines reported to be no lines of strun)
start     an exposure: input, worker
end       an exposure: input, outcome, status, product, seconds, peak (bytes), worker, error
finish    a batch: exit_code
========  ======================================================================================

All have time (UTC) and batch (its id: host, process, time).
"""

from __future__ import annotations

import errno
import json
import os
import re
import stat
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from strun.batch.jobs import JobResult
from strun.blockio.atomic import alive, refuse_data
from strun.blockio.values import now
from strun.errors import OutputError
from strun.logs import get_logger
from strun.steps.run_files import JOURNAL, RunFile, taken

log = get_logger("jwst.batch")

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


class Journal:
    """
    Adds to the journal of a folder of products, which is made when it is missing.

    Raises OutputError when it cannot be written there, is no file of its own, or is one of those
    that are kept: other files of the run.
    """

    def __init__(self, folder: str, kept: Iterable[RunFile] = ()) -> None:
        self.path = os.path.join(folder, JOURNAL)
        other = taken(self.path, kept)
        if other is not None:
            raise OutputError(f"{self.path}: the journal would be {other.what}; rename it")
        self._torn = self._told = False
        self.batch = f"{os.uname().nodename}-{os.getpid()}-{os.urandom(3).hex()}"
        try:
            os.makedirs(folder or os.curdir, exist_ok=True)
            refuse_data(self.path)
            # what a link leads to is not ours to add to; a FIFO would wait for a reader
            flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
            self._fd = os.open(self.path, flags | os.O_NOFOLLOW | os.O_NONBLOCK, 0o666)
            status = os.fstat(self._fd)
            if not stat.S_ISREG(status.st_mode):
                os.close(self._fd)
                raise OSError(errno.EINVAL, "it is no regular file")
            if status.st_size and os.pread(self._fd, 1, status.st_size - 1) != b"\n":
                # end a torn line
                os.write(self._fd, b"\n")
        except OutputError:
            raise
        except OSError as err:
            reason = "it is a link" if err.errno == errno.ELOOP else err.strerror
            raise OutputError(
                f"{self.path}: the journal cannot be written: {reason}; remove it, or choose "
                "another --output_dir"
            ) from err

    def write(self, event: str, **said: Any) -> None:  # noqa: ANN401
        """Add a line; that it cannot be written is told once, since the products are the work."""
        line = json.dumps({"event": event, "time": f"{now()}Z", "batch": self.batch, **said})
        left = memoryview(b"\n" * self._torn + line.encode() + b"\n")
        size = len(left)
        try:
            while left:
                left = left[os.write(self._fd, left) :]
            self._torn = False
        except OSError as err:
            self._torn = self._torn or len(left) < size
            if not self._told:
                log.warning(
                    "%s: the journal cannot be written: %s; the batch goes on",
                    *(self.path, err.strerror),
                )
            self._told = True

    def end(self, result: JobResult) -> None:
        """Add the line of an exposure's end."""
        self.write(
            "end",
            input=result.path,
            outcome=result.outcome,
            status=result.status,
            product=result.product,
            seconds=round(result.seconds, 4),
            peak=result.peak,
            worker=result.worker,
            error=result.error,
        )

    def close(self) -> None:
        """Close the file."""
        os.close(self._fd)


class Unfinished(NamedTuple):
    """
    A batch that ended without saying so: when it began, and the inputs that it was working on.

    Of its `total` inputs `done` were finished. One that was not `here`, on this host, may still be
    running.
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
    What a journal says of earlier batches: those that did not finish and were not reported yet.

    Lines that are cut, or not of this strun, are `damaged`; `new_damaged` were not reported yet.
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
    host, process, _ = said["batch"].rsplit("-", 2)
    here = host == os.uname().nodename
    if here and alive(int(process)):
        return None
    running, total = tuple(said["running"]), said.get("inputs", 0)
    return Unfinished(said["batch"], said.get("time", ""), running, said["done"], total, here)
