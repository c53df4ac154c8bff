"""The files that a command reads and writes beside its products."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from strun.parameters.config import Config, flatten
from strun.parameters.log_settings import USUAL
from strun.steps.run_files import RunFile, require_apart

if TYPE_CHECKING:
    from strun.logs import Target
    from strun.steps.step import Step


class _Asked(Protocol):
    """What a command line asks for; see `Invocation`."""

    @property
    def step(self) -> type[Step]: ...
    @property
    def found(self) -> Config | None: ...
    @property
    def parameters(self) -> Mapping[str, Any]: ...
    @property
    def inputs(self) -> tuple[str, ...]: ...
    @property
    def options(self) -> Mapping[str, Any]: ...


def files_of(asked: _Asked, log: Target) -> tuple[RunFile, ...]:
    """
    Return the files that a command line names.

    Raises
    ------
    ValidationError
        When one that is written is another one too.
    """
    return require_apart(_written(asked, log), _read(asked))


def _written(asked: _Asked, log: Target) -> Iterator[RunFile]:
    for handler in dict.fromkeys(log.handlers):
        kind, _, path = handler.partition(":")
        if kind in ("file", "append"):
            yield RunFile("--log-file", os.path.expanduser(path))
    for name in ("save_parameters", "pack_refs", "summary", "report"):
        named = asked.options.get(name)
        if named:
            yield RunFile(f"--{name.replace('_', '-')}", named)


def _read(asked: _Asked) -> Iterator[RunFile]:
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


def _parameter_files(asked: _Asked) -> Iterator[RunFile]:
    """Yield the values of parameters that are files: references, and what else a step reads."""
    found = asked.found
    folder = os.path.dirname(found.path) if found is not None else ""
    said = [(folder, flatten(found.parameters))] if found is not None else []
    for base, values in (*said, ("", asked.parameters)):
        for name, value in values.items():
            parameter = asked.step.parameters.get(name)
            if not isinstance(value, str) or (parameter and parameter.is_written):
                continue
            what = "a reference" if parameter and parameter.is_override else f"the {name}"
            yield from (
                RunFile(what, path)
                for path in dict.fromkeys((value, os.path.join(base, value)))
                if "\0" not in path and os.path.isfile(path)
            )
