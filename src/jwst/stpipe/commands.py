"""Shell commands as hooks."""

from __future__ import annotations

import os
import re
from typing import Any

from jwst.errors import HookError
from jwst.stpipe.logs import get_logger

__all__ = ["SystemCall"]

log = get_logger("stpipe.hooks")

# {0}, in quotes or not; {{ and }} as str.format has them
_PLACE = re.compile(r"""(["']?)\{(\d+)\}\1""")
_DOUBLED = re.compile(r"\{\{|\}\}")


def _filled(command: str, names: list[str]) -> str:
    """Put file names, quoted for the shell, in the places of ``{0}``, ``{1}`` ..."""
    import shlex

    def name(match: re.Match[str]) -> str:
        number = int(match.group(2))
        if number >= len(names):
            raise HookError(
                f"hook {command!r}: {{{number}}} stands for nothing; there are {len(names)} inputs"
            )
        path = names[number]
        # a name is no option of the command
        return shlex.quote(f"./{path}" if path[:1] == "-" and os.path.exists(path) else path)

    if not _has_single_braces(command):
        command = _DOUBLED.sub(lambda match: match.group()[0], command)
    return _PLACE.sub(name, command)


def _has_single_braces(command: str) -> bool:
    """Return whether braces other than ``{0}`` are meant for the shell, as in ``${x}``."""
    rest = _PLACE.sub("", _DOUBLED.sub("", command))
    return "{" in rest or "}" in rest


class SystemCall:
    """
    A shell command that runs before or after a step; what it prints goes to the log.

    Parameters
    ----------
    command : str
        With ``{0}`` for the file of the exposure. A model that is in memory is saved for it, and
        the file removed after the command.
    name : str
        What it is called; part of that file's name.
    folder : str, optional
        Where to save it; the current folder when None.
    """

    def __init__(self, command: str, *, name: str, folder: str | None = None) -> None:
        self.command = command
        self.name = name
        self.folder = os.path.expandvars(os.path.expanduser(folder or "."))
        log.info("SystemCall instance created.")

    def __call__(self, *args: Any) -> None:  # noqa: ANN401
        """
        Run the command.

        Raises
        ------
        HookError
            When it ends with another exit code than 0.
        """
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
        fd, path = tempfile.mkstemp(prefix=f"stpipe.{self.name}.", suffix=".fits", dir=self.folder)
        os.close(fd)
        temporary.append(path)
        # saving sets the file's name in the metadata, but this file is not the product
        named = getattr(data.meta, "filename", None)
        data.save(path)
        data.meta.filename = named
        return os.path.relpath(path) if self.folder == "." else path

    def _run(self, command: str) -> None:
        import subprocess

        log.info("Spawning %r", command)
        # one pipe, read to its end: a hook may print more than a pipe holds
        with subprocess.Popen(
            command,
            shell=True,  # the user wrote a shell command; file names in it are quoted
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as process:
            try:
                for line in process.stdout or ():
                    log.info("%s", line.rstrip("\n"))
            except BaseException:
                process.kill()
                raise
        if process.returncode:
            raise HookError(
                f"hook {command!r} ended with exit code {process.returncode}; see its output in "
                "the log"
            )
        log.info("Done with errorcode %s", process.returncode)
