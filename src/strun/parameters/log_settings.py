"""Where the log goes, by what a user says: in a call, on the command line or in a cfg file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from strun.errors import ValidationError
from strun.logs import FORMAT, Target, applied, is_applied
from strun.parameters.config import read
from strun.streams import STANDARD

# files that stpipe looks for when no configuration is named
USUAL = ("stpipe-log.cfg", "~/.stpipe-log.cfg", "/etc/stpipe-log.cfg")


def from_file(path: str) -> Target:
    """Read a logging configuration: a section ``[*]`` with level, handler and format."""
    said = read(path).parameters
    section = next((value for value in said.values() if isinstance(value, dict)), said)
    handlers = section.get("handler", "stderr")
    handlers = [handlers] if isinstance(handlers, str) else handlers
    return Target(
        str(section.get("level", "INFO")),
        tuple(each.strip() for each in handlers),
        str(section.get("format", FORMAT)),
    )


def configure(
    level: str | None = None,
    *,
    log_file: str | None = None,
    log_stream: str | None = None,
    logcfg: str | None = None,
) -> Target:
    """
    Choose where the log goes, from what a user said: to stderr at the level INFO if nothing.

    A stream is stdout, stderr or null; the log is appended to a file, too. A configuration file,
    for which ConfigError is raised when it cannot be read, counts when nothing else is said.
    """
    if level is None and log_file is None and log_stream is None:
        usual = (os.path.expanduser(path) for path in USUAL)
        path = logcfg or next((p for p in usual if os.path.isfile(p)), None)
        return from_file(path) if path is not None else Target()
    if log_stream not in (None, *STANDARD, "null"):
        names = ", ".join((*STANDARD, "null"))
        raise ValidationError(f"log stream {log_stream}: expected one of {names}")
    files = (f"append:{log_file}",) if log_file is not None else ()
    return Target(level or "INFO", (log_stream or "stderr", *files))


@contextmanager
def during_call(
    names: Iterable[str], *, logcfg: str | None = None, wanted: bool = True
) -> Iterator[None]:
    """Send the log of some loggers to where a Python user expects it unless it goes already."""
    if logcfg is None and (is_applied() or not wanted):
        yield
        return
    with applied(configure(logcfg=logcfg), *names):
        yield
