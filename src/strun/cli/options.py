"""Options of the command line, made from the parameters of a step."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from strun.errors import ConfigError
from strun.parameters.list_text import split_list
from strun.parameters.spec import Parameter

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_METAVARS = {
    "boolean": "BOOL",
    "integer": "INT",
    "float": "NUMBER",
    "input_file": "FILE",
    "output_file": "FILE",
    "file": "FILE",
    "saved_file": "FILE",
    "is_string_or_datamodel": "FILE",
    "is_datamodel": "FILE",
}

# what a shell offers for a value: words, or files
_WORDS = {
    "BOOL": ("true", "false"),
    "LEVEL": ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"),
    "STREAM": ("stderr", "stdout", "null"),
}
_FILES = frozenset({"FILE", "INPUT..."})


class Group(StrEnum):
    """What options are about; the titles under which help lists them, in this order."""

    STEP = "This step"
    OUTPUT = "Input and output"
    REFERENCES = "References"
    MANY = "Many exposures"
    LOG = "Log"
    CHECKS = "Checks and provenance"


class GlobalOption(NamedTuple):
    """
    An option that every step has.

    Without a `metavar`, its value in help, it takes none; `short` may have a short flag.
    """

    name: str
    help: str
    metavar: str | None = None
    short: tuple[str, ...] = ()
    group: Group = Group.CHECKS

    @property
    def flag(self) -> str:
        """The option as it is typed."""
        return "--" + self.name.replace("_", "-")


def _grouped(group: Group, *options: GlobalOption) -> tuple[GlobalOption, ...]:
    return tuple(option._replace(group=group) for option in options)


GLOBAL = (
    *_grouped(
        Group.OUTPUT,
        GlobalOption("checksum", "Write CHECKSUM and DATASUM into every HDU"),
        GlobalOption("durable", "Force products to the disk before they get their name"),
        GlobalOption("quicklook", "Draw a picture (PNG) beside each product"),
    ),
    *_grouped(
        Group.REFERENCES,
        GlobalOption("refs", "Choose references from a folder or a pack, not by CRDS", "DIR|TAR"),
        GlobalOption("pack_refs", "Only pack the references that the inputs need", "TAR"),
        GlobalOption("allow_mismatch", "Use references that do not fit the exposure"),
        GlobalOption("disable_crds_steppars", "Take no parameters from CRDS"),
    ),
    *_grouped(
        Group.MANY,
        GlobalOption("jobs", "Worker processes; auto: as many as fit  [1]", "N|auto", ("-j",)),
        GlobalOption("max_memory", "Memory of all workers, as 4G or 50%", "SIZE"),
        GlobalOption("glob", "Files of a folder to take, as '*_uncal.fits'", "PATTERN"),
        GlobalOption("keep_going", "Run what can be run; the default"),
        GlobalOption("strict", "Run nothing when one input cannot be run"),
        GlobalOption("resume", "Leave out what is done already, and the same"),
        GlobalOption("summary", "Write what became of each input as JSON", "FILE"),
        GlobalOption("report", "Keep a page (HTML) about the run while it runs", "FILE"),
        GlobalOption("scheduler", "Run on a Dask cluster: tcp://host:port or its file.", "ADDR"),
    ),
    *_grouped(
        Group.LOG,
        GlobalOption("verbose", "Log everything, as --log-level DEBUG", short=("-v",)),
        GlobalOption("quiet", "Say nothing but errors"),
        GlobalOption("log_level", "DEBUG, INFO, WARNING, ERROR or CRITICAL  [INFO]", "LEVEL"),
        GlobalOption("log_file", "Also append the log to this file", "FILE"),
        GlobalOption("log_stream", "Log to stderr, stdout or null  [stderr]", "STREAM"),
        GlobalOption("logcfg", "Logging configuration file of stpipe", "FILE"),
        GlobalOption("debug", "Show the traceback of an error"),
    ),
    GlobalOption("dry_run", "Only say what would be done: references, product, memory"),
    GlobalOption("verify", "Check CHECKSUM and DATASUM of input and references first"),
    GlobalOption("save_parameters", "Write the parameters to a file (.cfg, .asdf)", "FILE"),
)
"""Options that every step has."""

ALL = "--all"
"""Behind -h of a pipeline: parameters of its steps too."""

COMMAND_ONLY = tuple(
    option
    for option in GLOBAL
    if option.group is Group.MANY or option.name in ("quicklook", "quiet")
)
"""Those without a meaning where Python code runs one step on the words of a command line."""

_GROUPS = {option.name: option.group for option in GLOBAL}
# parameters of every step that are about the step itself; the others are about its files
_OF_STEP = frozenset({"pre_hooks", "post_hooks", "skip"})


def completed(_: click.Context, parameter: click.Parameter, typed: str) -> list[CompletionItem]:
    """Return the values of an option or argument that begin as typed; its metavar says the kind."""
    from click.shell_completion import CompletionItem

    metavar = parameter.metavar or ""
    if metavar in _FILES:
        return [CompletionItem(typed, type="file")]
    if (parameter.name or "").endswith("_dir"):
        return [CompletionItem(typed, type="dir")]
    words = _WORDS.get(metavar) or (tuple(metavar.split("|")) if "|" in metavar else ())
    return [CompletionItem(word) for word in words if word.lower().startswith(typed.lower())]


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
            shell_complete=completed,
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
        text = "DIR" if parameter.last.endswith("_dir") else "TEXT"
        metavar = "|".join(parameter.choices) or _METAVARS.get(parameter.kind, text)
        super().__init__(
            # the values of parameters stand beside those of global options
            [f"parameter_{parameter.name.replace('.', '__')}", f"--{parameter.name}"],
            multiple=parameter.takes_list,
            metavar="LIST" if parameter.takes_list else metavar,
            help=(parameter.comment or parameter.check) + _default_shown(parameter),
            shell_complete=completed,
        )

    def given(self, values: Mapping[str, Any]) -> Any:  # noqa: ANN401
        """Return what was typed, None when nothing was."""
        value = values.get(str(self.name))
        if not self.parameter.takes_list:
            return value
        return [each for text in value for each in split_list(text)] if value else None


def step_options(parameters: Mapping[str, Parameter]) -> list[ParameterOption]:
    """Return one option for each parameter; none may have the name of a global option."""
    for option in GLOBAL:
        if option.name in parameters:
            raise ConfigError(
                f"spec: the parameter {option.name} has the name of an option that all steps "
                "have; call it something else"
            )
    return [ParameterOption(parameter) for parameter in parameters.values() if parameter.check]


def is_of_every_step(option: click.Parameter) -> bool:
    """Return whether all steps have an option."""
    if not isinstance(option, ParameterOption):
        return True
    from strun.steps.step import Step

    return option.parameter.last in Step.parameters


def group_of(option: click.Option) -> Group:
    """Return where help lists an option of a step."""
    if not isinstance(option, ParameterOption):
        return _GROUPS.get(str(option.name), Group.CHECKS)
    parameter = option.parameter
    if parameter.is_override:
        return Group.REFERENCES
    about_files = is_of_every_step(option) and parameter.last not in _OF_STEP
    return Group.OUTPUT if about_files else Group.STEP
