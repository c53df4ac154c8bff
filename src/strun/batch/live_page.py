"""The page of a batch, written anew while it runs."""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING

from strun.batch.page import FINISHED, RUNNING, Progress, page
from strun.blockio.together import publish_bytes
from strun.errors import OutputError
from strun.logs import get_logger

if TYPE_CHECKING:
    from strun.batch.runner import Batch

log = get_logger("jwst.batch")

# seconds between two versions, at least
_PAUSE = 1.0
# and how many times as long as one took: a long list is to cost the batch no more than this share
_SHARE = 20.0


class LivePage:
    """
    Keeps a page about a batch: written when it begins, about once a second, and when it ends.

    A page that cannot be written is told once; the batch, whose inputs are checked, goes on.
    """

    def __init__(self, batch: Batch, path: str) -> None:
        self._batch = batch
        self._path = os.path.abspath(path)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="report", daemon=True)
        self._began = time.monotonic()
        self._told = False

    def __enter__(self) -> LivePage:
        self._began = time.monotonic()
        self._write(RUNNING)
        self._thread.start()
        return self

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        self._ended.set()
        self._thread.join()
        if error is None:
            self._write(FINISHED)
        else:
            self._write(f"failed: {error}" if isinstance(error, Exception) else "interrupted")

    def _keep(self) -> None:
        pause = _PAUSE
        while not self._ended.wait(pause):
            started = time.monotonic()
            self._write(RUNNING)
            pause = max(_PAUSE, _SHARE * (time.monotonic() - started))

    def _write(self, state: str) -> None:
        batch = self._batch
        progress = Progress(state, frozenset(batch.running), self._left(state), batch.recipe.said)
        try:
            publish_bytes(self._path, page(batch.report(), progress, self._path).encode())
        except OutputError as err:
            if not self._told:
                log.warning("--report: %s; the batch goes on", err)
            self._told = True

    def _left(self, state: str) -> float:
        """Return how many seconds the rest will take, 0 when nothing has ended yet."""
        ended = self._batch.ended
        if state != RUNNING or not ended:
            return 0.0
        return (time.monotonic() - self._began) / ended * (self._batch.left - ended)
