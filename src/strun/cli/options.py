"""Options of the command line, made from the parameters of a step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import click

from strun.cli.completion import complete_value
from strun.errors import ConfigError
from strun.parameters.list_text import split_list
from strun.parameters.spec import Parameter

__all__ = [
    "COMMAND_ONLY",
    "GLOBAL",
    "GlobalOption",
    "ParameterOption",
    "global_options",
    "normalized",
    "step_options",
]

_METAVARS = {
    "boolean": "BOOL",
    "integer": "INT",
    "float": "NUMBER",
    "input_file": "FILE",
    "output_file": "FILE",
    "is_string_or_datamodel": "FILE",
    "is_datamodel": "FILE",
}


class GlobalOption(NamedTuple):
    """An option that every step has: its value's name, a short flag, metavar and help."""

    name: str
    help: str
    metavar: str | None = None
    short: tuple[str, ...] = ()

    @property
    def flag(self) -> str:
        """The option as it is typed."""
        return "--" + self.name.replace("_", "-")


COMMAND_ONLY = (
    GlobalOption("jobs", "Worker processes; auto: as cores and memory allow.", "N|auto", ("-j",)),
    GlobalOption("max_memory", "Memory of all workers, as 4G or 50%.", "SIZE"),
    GlobalOption("glob", "Which files of a folder to take, as '*_uncal.fits'.", "PATTERN"),
    GlobalOption("keep_going", "Run what can be run (default)."),
    GlobalOption("strict", "Run nothing when one input cannot be run."),
    GlobalOption("resume", "Leave out what is done already, and the same."),
    GlobalOption("summary", "Write what became of each input as JSON.", "FILE"),
    GlobalOption("scheduler", "Run on a Dask cluster: tcp://host:port or its file.", "ADDR"),
    GlobalOption("quiet", "Say nothing but errors."),
    GlobalOption("quicklook", "Draw a picture (PNG) beside each product."),
)
"""Options without a meaning where Python code runs one step on the words of a command line."""

GLOBAL = (
    GlobalOption("verbose", "Log everything, as --log-level DEBUG.", short=("-v",)),
    GlobalOption("debug", "Show the traceback of an error."),
    GlobalOption("log_level", "DEBUG, INFO (default), WARNING, ERROR or CRITICAL.", "LEVEL"),
    GlobalOption("log_file", "Also append the log to this file.", "FILE"),
    GlobalOption("log_stream", "Log to stderr (default), stdout or null.", "STREAM"),
    GlobalOption("logcfg", "Logging configuration file of stpipe.", "FILE"),
    GlobalOption("save_parameters", "Write the parameters to a file (.cfg, .asdf).", "FILE"),
    GlobalOption("disable_crds_steppars", "Take no parameters from CRDS."),
    GlobalOption("allow_mismatch", "Use references that do not fit the exposure."),
    GlobalOption("refs", "Choose references from a folder or a pack, not by CRDS.", "DIR|TAR"),
    GlobalOption("pack_refs", "Only pack the references that the inputs need.", "TAR"),
    GlobalOption("checksum", "Write CHECKSUM and DATASUM into every HDU of the product."),
    GlobalOption("verify", "Check CHECKSUM and DATASUM of the input and the references first."),
    GlobalOption("dry_run", "Only say what would be done: parameters, references, memory."),
    GlobalOption("durable", "Force products to the disk before they get their name."),
    *COMMAND_ONLY,
)
"""Options that every step has."""


def normalized(word: str) -> str:
    """Return an option's name with one spelling: ``_`` and ``-`` mean the same."""
    return word.replace("-", "_")


def global_options() -> list[click.Option]:
    """Return the options that every command has."""
    return [
        click.Option(
            [option.name, *option.short, option.flag],
            is_flag=option.metavar is None,
            default=None,
            metavar=option.metavar,
            help=option.help,
            shell_complete=complete_value,
        )
        for option in GLOBAL
    ]


def _default_shown(parameter: Parameter) -> str:
    default = parameter.default
    if default in (None, "", []):
        return ""
    text = ", ".join(map(str, default)) if isinstance(default, list) else str(default)
    return f"  [{text.lower() if isinstance(default, bool) else text}]"


class ParameterOption(click.Option):
    """The option of a parameter; its value is taken as typed and checked later."""

    def __init__(self, parameter: Parameter) -> None:
        self.parameter = parameter
        metavar = "|".join(parameter.choices) or _METAVARS.get(parameter.kind, "TEXT")
        super().__init__(
            [_identifier(parameter.name), f"--{parameter.name}"],
            multiple=parameter.takes_list,
            metavar="LIST" if parameter.takes_list else metavar,
            help=(parameter.comment or parameter.check) + _default_shown(parameter),
            shell_complete=complete_value,
        )

    def given(self, values: Mapping[str, Any]) -> Any:  # noqa: ANN401
        """Return what was typed, None when nothing was."""
        value = values.get(str(self.name))
        if not self.parameter.takes_list:
            return value
        return [each for text in value for each in split_list(text)] if value else None


def _identifier(name: str) -> str:
    # the values of parameters stand beside those of global options
    return "parameter_" + name.replace(".", "__")


def step_options(parameters: Mapping[str, Parameter]) -> list[ParameterOption]:
    """
    Return one option for each parameter.

    Raises
    ------
    ConfigError
        When a parameter has the name of a global option.
    """
    for option in GLOBAL:
        if option.name in parameters:
            raise ConfigError(
                f"spec: the parameter {option.name} has the name of an option that all steps "
                "have; call it something else"
            )
    return [ParameterOption(parameter) for parameter in parameters.values() if parameter.check]
