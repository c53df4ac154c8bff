"""What a command line asks for, and the files that it reads and writes beside its products."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from strun.logs import Target
from strun.parameters.config import Config, flatten
from strun.steps import registry
from strun.steps.run_files import RunFile, require_apart
from strun.steps.run_options import RunOptions

if TYPE_CHECKING:
    from strun.steps.step import Step


class Invocation(NamedTuple):
    """
    What a command line asks for.

    `found` is the cfg file, when the step was named by one. `parameters` are dotted names and what
    was typed, `options` the values of the global ones; those that were not given are None.
    """

    step: type[Step]
    found: Config | None
    parameters: dict[str, Any]
    inputs: tuple[str, ...]
    options: dict[str, Any]

    def configured(self, kept: tuple[RunFile, ...] = ()) -> Step:
        """Return a step with the parameters of the cfg file and the command line."""
        sources = [("command line", self.parameters)]
        name, path = None, None
        if self.found is not None:
            path = self.found.path
            name = self.found.name or registry.stem(path)
            sources.insert(0, ("cfg", self.found.parameters))
        given = ((n, self.options.get(n)) for n in RunOptions._fields)
        options = {n: value for n, value in given if value is not None}
        options["takes_crds_pars"] = not self.options.get("disable_crds_steppars")
        options["kept"] = kept
        return self.step.configured(*sources, config_file=path, name=name, options=options)


def files_of(asked: Invocation, log: Target) -> tuple[RunFile, ...]:
    """Return the files that a command line names; one that is written is no other one too."""
    return require_apart(_written(asked, log), _read(asked))


def _written(asked: Invocation, log: Target) -> Iterator[RunFile]:
    for handler in dict.fromkeys(log.handlers):
        kind, _, path = handler.partition(":")
        if kind in ("file", "append"):
            yield RunFile("--log-file", os.path.expanduser(path))
    for name in ("save_parameters", "pack_refs", "summary", "report"):
        named = asked.options.get(name)
        if named:
            yield RunFile(f"--{name.replace('_', '-')}", named)


def _read(asked: Invocation) -> Iterator[RunFile]:
    from strun.parameters.log_settings import USUAL

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
            if not isinstance(value, str) or (parameter and parameter.is_written):
                continue
            what = "a reference" if parameter and parameter.is_override else f"the {name}"
            yield from (
                RunFile(what, path)
                for path in dict.fromkeys((value, os.path.join(base, value)))
                if "\0" not in path and os.path.isfile(path)
            )
