"""The files of a run beside its products: nothing that it writes may take another's place."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from strun.blockio.unchanged import identity
from strun.errors import ValidationError
from strun.parameters.config import flatten
from strun.parameters.log_settings import USUAL

if TYPE_CHECKING:
    from strun.cli.cmdline import Invocation
    from strun.logs import Target

__all__ = ["RunFile", "files_of", "require_apart", "taken"]

JOURNAL = "strun-journal.jsonl"
"""Name of the journal of a batch, in the folder of its products."""


class RunFile(NamedTuple):
    """A file that a run reads or writes: what it is to the run, and its path."""

    what: str
    path: str


def taken(target: str, files: Iterable[RunFile]) -> RunFile | None:
    """Return which of some files a target is, by name or by a link; None when it is none."""
    there, place = identity(target), os.path.realpath(target)
    for file in files:
        if (there and identity(file.path) == there) or os.path.realpath(file.path) == place:
            return file
    return None


def require_apart(written: Iterable[RunFile], read: Iterable[RunFile]) -> tuple[RunFile, ...]:
    """
    Return all files of a run, none of which is written in the place of another.

    Parameters
    ----------
    written : iterable of RunFile
        Called by the option or argument that names each.
    read : iterable of RunFile
        What the run reads.

    Raises
    ------
    ValidationError
        For the first that is written where another is.
    """
    files = [file._replace(path=os.path.abspath(file.path)) for file in read]
    for each in written:
        other = taken(each.path, files)
        if other is not None:
            raise ValidationError(f"{each.what} {each.path}: is {other.what}; choose another file")
        if os.path.basename(os.path.realpath(each.path)) == JOURNAL:
            raise ValidationError(
                f"{each.what} {each.path}: is the name of a batch's journal; choose another file"
            )
        files.append(RunFile(f"the target of {each.what}", os.path.abspath(each.path)))
    return tuple(files)


def files_of(asked: Invocation, log: Target) -> tuple[RunFile, ...]:
    """
    Return the files that a command line names.

    Parameters
    ----------
    asked : Invocation
        The words of the command line.
    log : Target
        Where its log goes.

    Raises
    ------
    ValidationError
        When one that is written is another one too.
    """
    return require_apart(_written(asked, log), _read(asked))


def _written(asked: Invocation, log: Target) -> Iterator[RunFile]:
    for handler in dict.fromkeys(log.handlers):
        kind, _, path = handler.partition(":")
        if kind in ("file", "append"):
            yield RunFile("--log-file", os.path.expanduser(path))
    for name in ("save_parameters", "pack_refs", "summary"):
        named = asked.options.get(name)
        if named:
            yield RunFile(f"--{name.replace('_', '-')}", named)


def _read(asked: Invocation) -> Iterator[RunFile]:
    options = asked.options
    if asked.found is not None:
        yield RunFile("the parameter file", asked.found.path)
    for logcfg in [options["logcfg"]] if options.get("logcfg") else USUAL:
        yield RunFile("the configuration of the log", os.path.expanduser(logcfg))
    refs = options.get("refs") or os.environ.get("STRUN_REFS")
    if refs:
        yield RunFile("the pack of references", refs)
        yield RunFile("the manifest of the references", os.path.join(refs, "manifest.json"))
    if options.get("scheduler"):
        yield RunFile("the scheduler file", options["scheduler"])
    yield from _parameter_files(asked)
    folder = asked.parameters.get("input_dir") or ""
    for word in asked.inputs:
        if word.startswith("@"):
            yield RunFile("a list of inputs", word[1:])
        else:
            yield RunFile("one of the inputs", word)
            yield RunFile("one of the inputs", os.path.join(folder, word))


def _parameter_files(asked: Invocation) -> Iterator[RunFile]:
    """Yield the values of parameters that are files: references, and what else a step reads."""
    found = asked.found
    folder = os.path.dirname(found.path) if found is not None else ""
    said = [(folder, flatten(found.parameters))] if found is not None else []
    for base, values in (*said, ("", asked.parameters)):
        for name, value in values.items():
            parameter = asked.step.parameters.get(name)
            if not isinstance(value, str) or (parameter and parameter.kind == "output_file"):
                continue
            what = "a reference" if parameter and parameter.is_override else f"the {name}"
            yield from (
                RunFile(what, path)
                for path in dict.fromkeys((value, os.path.join(base, value)))
                if "\0" not in path and os.path.isfile(path)
            )
