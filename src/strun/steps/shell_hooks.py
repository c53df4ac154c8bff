"""Shell commands as hooks."""

from __future__ import annotations

import os
import re
from typing import Any

from strun.errors import HookError
from strun.logs import get_logger

log = get_logger("stpipe.hooks")

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

    Parameters
    ----------
    command : str
        With ``{0}`` for the file of the exposure. A model that is in memory is saved for it, and
        the file removed after the command.
    name : str
        What it is called; part of that file's name.
    folder : str, optional
        Where to save it; the current folder when None.
    extension : str, optional
        Of that file.
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
        from strun.steps.hook_process import spawned

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
