"""The journal of a folder of products: what began and what ended, one JSON object a line.

Lines are only ever added, each by one write, so that they survive whatever becomes of the process.

========  ======================================================================================
event     what else the line says
========  ======================================================================================
begin     a batch: step, inputs (count), up_to_date (of them), workers, told (ids of batches that
          were reported to have ended without a word)
start     an exposure: input, worker
end       an exposure: input, outcome, status, product, seconds, peak (bytes), worker, error
finish    a batch: exit_code
========  ======================================================================================

All have time (UTC) and batch (its id: host, process, time).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from jwst.batch.jobs import JobResult
from jwst.blockio.atomic import alive
from jwst.errors import OutputError

__all__ = ["NAME", "Dead", "Journal", "find_dead"]

NAME = "strun-journal.jsonl"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Dead(NamedTuple):
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


class Journal:
    """
    Adds to the journal of a folder.

    Parameters
    ----------
    folder : str
        Where products go; made when it is missing.

    Raises
    ------
    OutputError
        When the journal cannot be written there.
    """

    def __init__(self, folder: str) -> None:
        self.path = os.path.join(folder, NAME)
        self.batch = f"{os.uname().nodename}-{os.getpid()}-{os.urandom(3).hex()}"
        try:
            os.makedirs(folder or os.curdir, exist_ok=True)
            flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
            self._fd = os.open(self.path, flags, 0o666)
            self._end_torn_line()
        except OSError as err:
            raise OutputError(
                f"{self.path}: the journal cannot be written: {err.strerror}; choose another "
                "--output_dir"
            ) from err

    def _end_torn_line(self) -> None:
        size = os.fstat(self._fd).st_size
        if size and os.pread(self._fd, 1, size - 1) != b"\n":
            os.write(self._fd, b"\n")

    def write(self, event: str, **said: Any) -> None:  # noqa: ANN401
        """Add a line."""
        line = json.dumps({"event": event, "time": _now(), "batch": self.batch, **said})
        try:
            os.write(self._fd, line.encode() + b"\n")
        except OSError as err:
            raise OutputError(
                f"{self.path}: the journal cannot be written: {err.strerror}"
            ) from err

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


def _lines(path: str) -> Iterator[dict[str, Any]]:
    """Yield what the lines of a journal say; torn ones are left out."""
    try:
        with open(path, "rb") as stream:
            for line in stream:
                try:
                    said = json.loads(line)
                except ValueError:
                    continue
                if isinstance(said, dict) and "batch" in said:
                    yield said
    except OSError:
        return


def _lives(batch: str) -> bool | None:
    """Return whether the process of a batch is there; None when it ran on another host."""
    host, pid, _ = batch.rsplit("-", 2)
    if host != os.uname().nodename:
        return None
    return alive(int(pid))


def find_dead(folder: str) -> list[Dead]:
    """
    Return the batches of a folder that ended without a word and were not reported yet.

    Parameters
    ----------
    folder : str
        Where products go.
    """
    open_batches: dict[str, dict[str, Any]] = {}
    for said in _lines(os.path.join(folder, NAME)):
        batch, event = said["batch"], said.get("event")
        if event == "begin":
            for told in said.get("told", ()):
                open_batches.pop(told, None)
            done = said.get("up_to_date", 0)
            open_batches[batch] = {**said, "running": {}, "done": done}
        elif batch not in open_batches:
            continue
        elif event == "start":
            open_batches[batch]["running"][said.get("input")] = None
        elif event == "end":
            open_batches[batch]["running"].pop(said.get("input"), None)
            open_batches[batch]["done"] += said.get("outcome") != "failed"
        elif event == "finish":
            del open_batches[batch]
    found = []
    for batch, said in open_batches.items():
        lives = _lives(batch)
        if not lives:
            running = tuple(map(str, said["running"]))
            count = int(said.get("inputs", 0))
            found.append(
                Dead(batch, str(said["time"]), running, said["done"], count, lives is False)
            )
    return found
