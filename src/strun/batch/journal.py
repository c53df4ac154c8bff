"""The journal of a folder of products: what began and what ended, one JSON object a line.

Lines are only ever added, each by one write, so that they survive whatever becomes of the process.

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
import stat
from collections.abc import Iterable
from typing import Any

from strun.batch.jobs import JobResult
from strun.blockio.atomic import refuse_data
from strun.blockio.values import now
from strun.errors import OutputError
from strun.logs import get_logger
from strun.steps.run_files import JOURNAL, RunFile, taken

log = get_logger("jwst.batch")


class Journal:
    """
    Adds to the journal of a folder of products, which is made when it is missing.

    Raises
    ------
    OutputError
        When the journal cannot be written there, is no file of its own, or is one of those that
        are kept: other files of the run.
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
            self._require_file()
            self._end_torn_line()
        except OutputError:
            raise
        except OSError as err:
            reason = "it is a link" if err.errno == errno.ELOOP else err.strerror
            raise OutputError(
                f"{self.path}: the journal cannot be written: {reason}; remove it, or choose "
                "another --output_dir"
            ) from err

    def _require_file(self) -> None:
        if not stat.S_ISREG(os.fstat(self._fd).st_mode):
            os.close(self._fd)
            raise OSError(errno.EINVAL, "it is no regular file")

    def _end_torn_line(self) -> None:
        size = os.fstat(self._fd).st_size
        if size and os.pread(self._fd, 1, size - 1) != b"\n":
            os.write(self._fd, b"\n")

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
