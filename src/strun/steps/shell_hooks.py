"""Shell commands as hooks."""

from __future__ import annotations

import os
import re
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from strun.errors import HookError
from strun.logs import get_logger

if TYPE_CHECKING:
    from subprocess import Popen

log = get_logger("stpipe.hooks")

# seconds that what gets SIGTERM has to clean up
_PATIENCE = 1.0
_PAUSE = 0.01

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_running: set[int] = set()

# {0}, with the quotes around it that are not needed; {{ and }} as str.format has them
_PLACE = re.compile(r"(?P<quote>['\"]?)\{(?P<number>\d+)\}(?P=quote)")
_DOUBLED = re.compile(r"\{\{|\}\}")


def _filled(command: str, names: list[str]) -> str:
    """Put file names, quoted for the shell, in the places of ``{0}``, ``{1}`` ..."""
    import shlex

    if not _has_single_braces(command):
        command = _DOUBLED.sub(lambda match: match.group()[0], command)
    filled, done = "", 0
    for match in _PLACE.finditer(command):
        start, end = match.span()
        path = _name(command, int(match["number"]), names)
        quoted = shlex.quote(path)
        if match["quote"] and _is_quoted(command[:start]):
            # they end one text and begin another
            start, end = start + 1, end - 1
        if quoted != path and _is_quoted(command[:start]):
            raise HookError(
                f"hook {command!r}: {path!r} has characters that mean something to the shell, and "
                f"{{{match['number']}}} stands within quotes or behind <<; write it outside"
            )
        filled += command[done:start] + quoted
        done = end
    return filled + command[done:]


def _is_quoted(before: str) -> bool:
    """Return whether what follows a part of a command may be within quotes, or a text behind <<."""
    import shlex

    if before.count("`") % 2 or "<<" in before:
        return True
    try:
        shlex.split(before)
    except ValueError:
        return True
    return False


def _name(command: str, number: int, names: list[str]) -> str:
    if number >= len(names):
        raise HookError(
            f"hook {command!r}: {{{number}}} stands for nothing; there are {len(names)} inputs"
        )
    # a name is no option of the command
    path = names[number]
    return f"./{path}" if path[:1] == "-" and os.path.exists(path) else path


def _has_single_braces(command: str) -> bool:
    """Return whether braces other than ``{0}`` are meant for the shell, as in ``${x}``."""
    rest = _PLACE.sub("", _DOUBLED.sub("", command))
    return "{" in rest or "}" in rest


class SystemCall:
    """
    A shell command that runs before or after a step; what it prints goes to the log.

    ``{0}`` stands for the file of the exposure. A model that is in memory is saved for it in a
    folder, the current one when None, under a name that begins with that of the hook, and the file
    removed after the command.
    """

    def __init__(
        self, command: str, *, name: str, folder: str | None = None, extension: str = ".fits"
    ) -> None:
        self.command = command
        self.name = name
        self.extension = extension
        self.folder = os.path.expandvars(os.path.expanduser(folder or "."))
        log.info("SystemCall instance created.")

    def __call__(self, *args: Any) -> None:  # noqa: ANN401
        """Run the command; HookError when it ends with another exit code than 0."""
        temporary: list[str] = []
        try:
            names = [self._file_name(each, temporary) for each in args]
            self._run(_filled(self.command, names))
        finally:
            for path in temporary:
                if os.path.exists(path):
                    os.unlink(path)

    def _file_name(self, data: Any, temporary: list[str]) -> str:  # noqa: ANN401
        if not hasattr(data, "save"):
            return os.fspath(data) if isinstance(data, os.PathLike) else str(data)
        import tempfile

        os.makedirs(self.folder, exist_ok=True)
        prefix, suffix = f"{self.name}.", f".{self.extension.lstrip('.')}"
        fd, path = tempfile.mkstemp(prefix=prefix, suffix=suffix, dir=self.folder)
        os.close(fd)
        temporary.append(path)
        # saving sets the file's name in the metadata, but this file is not the product
        meta = getattr(data, "meta", None)
        named = getattr(meta, "filename", None)
        data.save(path)
        if meta is not None:
            meta.filename = named
        return os.path.relpath(path) if self.folder == "." else path

    def _run(self, command: str) -> None:
        log.info("Spawning %r", command)
        # one pipe, read to its end: a hook may print more than a pipe holds
        with spawned(command) as process:
            for line in process.stdout or ():
                log.info("%s", line.rstrip("\n"))
        if process.returncode:
            raise HookError(
                f"hook {command!r} ended with exit code {process.returncode}; see its output in "
                "the log"
            )
        log.info("Done with errorcode %s", process.returncode)


@contextmanager
def spawned(command: str) -> Iterator[Popen[str]]:
    """
    Run a shell command; whatever it started and left running is ended with it.

    Its process has a group of its own, which ends when the hook does. What it prints is `stdout`;
    its `returncode` is there afterwards.
    """
    process: Popen[str] | None = None
    try:
        with _signals_later():
            process = _start(command)
            _running.add(process.pid)
        yield process
        process.wait()
    finally:
        if process is not None:
            _end(process)
            _running.discard(process.pid)
            if process.stdout is not None:
                process.stdout.close()


def _start(command: str) -> Popen[str]:
    import subprocess

    # a session of its own: Ctrl-C is handled by this process, and no process of a hook may
    # wait for the terminal
    return subprocess.Popen(
        command,
        shell=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )


@contextmanager
def _signals_later() -> Iterator[None]:
    """Let signals that raise an exception wait: between a process's start and its being known."""
    came: list[int] = []
    before = {}
    if threading.current_thread() is threading.main_thread():
        raising = (n for n in _ENDING if callable(signal.getsignal(n)))
        before = {n: signal.signal(n, lambda number, _: came.append(number)) for n in raising}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for late in came:
            signal.raise_signal(late)


def end_running() -> None:
    """End the processes of hooks at once, when this process is about to go."""
    for group in _running:
        _send(group, signal.SIGKILL)


def _end(process: Popen[str]) -> None:
    """End all processes of a group, also those that its first process has left behind."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if not _send(process.pid, number):
            break
        deadline = time.monotonic() + _PATIENCE
        while _send(process.pid, 0) and time.monotonic() < deadline:
            process.poll()
            time.sleep(_PAUSE)
    process.wait()


def _send(group: int, number: int) -> bool:
    """Send a signal to a group, and return whether there is one."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
        return True
    return False
