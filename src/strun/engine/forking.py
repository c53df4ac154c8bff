"""Work shared out to forked processes, which end with the one that made them."""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO, Any

from strun import errors
from strun.engine.totals import Totals, Work, merge
from strun.errors import StepError, StrunError

__all__ = ["forked"]

# what a terminal, a scheduler or a user ends a process with
_ENDING = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Keep signals waiting: no child is forgotten, and none runs what the parent cleans up."""
    old = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, old)


def _while_alive(parent: int, share: Sequence[Any]) -> Iterator[Any]:
    """Yield tasks until the parent is killed, for what nobody takes need not be made."""
    for task in share:
        if os.getppid() != parent:
            raise StepError("the process that asked for this has ended")
        yield task


def _attempt(share: Iterable[Any], work: Work) -> tuple[bytes, int]:
    """Return what the parent is told of a share, and the exit status."""
    try:
        # the parent is told of Ctrl-C too, and ends its children
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
        return pickle.dumps({"totals": work(share)}), 0
    except StrunError as err:
        return pickle.dumps({"kind": type(err).__name__, "error": str(err)}), 1
    except OSError as err:
        return pickle.dumps({"errno": err.errno, "error": err.strerror or str(err)}), 1
    except BaseException as err:
        return pickle.dumps({"error": f"{type(err).__name__}: {err}"}), 1


def _child(share: Iterable[Any], work: Work, pipe: int) -> None:
    """Do a share in a forked process and never return."""
    status = 1
    try:
        answer, status = _attempt(share, work)
        with os.fdopen(pipe, "wb") as stream:
            stream.write(answer)
    finally:
        os._exit(status)


def forked(
    shares: Sequence[Sequence[Any]], work: Work, meanwhile: Callable[[], None] | None
) -> Totals:
    """
    Let each share be done by a forked process; where the system gives none, by this one.

    Parameters
    ----------
    shares : sequence of sequence
        Tasks of each worker.
    work : callable
        Does tasks and returns what it counted.
    meanwhile : callable or None
        What this process does while the others work.

    Raises
    ------
    StepError
        When a process died, or ended with an error that is neither ours nor the system's.
    """
    children: dict[int, IO[bytes]] = {}
    parent = os.getpid()
    try:
        for share in shares:
            with _undisturbed():
                reading, writing = os.pipe()
                try:
                    pid = os.fork()
                except OSError:
                    # the system gives no more processes
                    os.close(reading)
                    os.close(writing)
                    break
                if pid == 0:
                    os.close(reading)
                    _child(_while_alive(parent, share), work, writing)
                os.close(writing)
                children[pid] = os.fdopen(reading, "rb")
        if meanwhile is not None:
            meanwhile()
        totals: Totals = {}
        for share in shares[len(children) :]:
            merge(totals, work(share))
        for pid, stream in list(children.items()):
            with stream:
                text = stream.read()
            # it has closed its end, and ends; a signal between these two would kill a stranger
            with _undisturbed():
                _, status = os.waitpid(pid, 0)
                del children[pid]
            merge(totals, _answer(text, status))
        return totals
    finally:
        _end(children)


def _answer(text: bytes, status: int) -> Totals:
    if not text or os.WIFSIGNALED(status):
        raise StepError(
            f"a worker process died (wait status {status}), perhaps for lack of memory; run again"
        )
    answer = pickle.loads(text)
    if answer.get("errno"):
        raise OSError(answer["errno"], answer["error"])
    if "error" in answer:
        raise getattr(errors, answer.get("kind", "StepError"), StepError)(answer["error"])
    totals: Totals = answer["totals"]
    return totals


def _end(children: Mapping[int, IO[bytes]]) -> None:
    if not children:
        return
    with _undisturbed():
        for pid, stream in children.items():
            stream.close()
            os.kill(pid, signal.SIGKILL)
        for pid in children:
            os.waitpid(pid, 0)
