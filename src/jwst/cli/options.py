"""Options of a command, made from the parameters of a step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from jwst.stpipe.spec import Parameter

__all__ = ["GLOBAL", "global_options", "join_booleans", "step_options"]

_BOOLEAN_WORDS = frozenset({"true", "false", "yes", "no", "1", "0", "on", "off"})
_LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")

# name of the value in the context, flags, and whether the option stands alone
GLOBAL: dict[str, tuple[tuple[str, ...], bool, str]] = {
    "verbose": (("--verbose", "-v"), True, "Log everything (as --log-level DEBUG)."),
    "debug": (("--debug",), True, "Show the traceback of an error."),
    "log_level": (("--log-level",), False, f"{', '.join(_LOG_LEVELS)}."),
    "log_file": (("--log-file",), False, "Append the log to this file."),
    "log_stream": (("--log-stream",), False, "Send the log to stdout, stderr or null."),
    "logcfg": (("--logcfg",), False, "Logging configuration file."),
    "save_parameters": (("--save-parameters",), False, "Write the parameters to this cfg file."),
    "disable_crds_steppars": (
        ("--disable-crds-steppars",),
        True,
        "Take no parameters from CRDS.",
    ),
    "durable": (("--durable",), True, "Force products to the disk before they get their name."),
    "allow_mismatch": (("--allow-mismatch",), True, "Use references that do not fit."),
}


def global_options() -> list[click.Option]:
    """Return the options that every command has."""
    return [
        click.Option(
            [name, *flags],
            is_flag=alone,
            default=False if alone else None,
            metavar=None if alone else "TEXT",
            help=text,
        )
        for name, (flags, alone, text) in GLOBAL.items()
    ]


def _metavar(parameter: Parameter) -> str:
    return {
        "boolean": "[true|false]",
        "integer": "INTEGER",
        "float": "NUMBER",
        "input_file": "FILE",
        "output_file": "FILE",
        "is_string_or_datamodel": "FILE",
    }.get(parameter.kind, "TEXT")


def step_options(parameters: Mapping[str, Parameter]) -> list[click.Option]:
    """Return one option for each parameter; values are taken as typed and checked later."""
    options = []
    for parameter in parameters.values():
        default = parameter.default
        shown = "" if default in (None, [], "") else f"  [default: {default}]"
        options.append(
            click.Option(
                [parameter.name, f"--{parameter.name}"],
                multiple=parameter.kind == "list",
                metavar=_metavar(parameter),
                help=f"{parameter.comment}{shown}",
            )
        )
    return options


def join_booleans(words: Sequence[str], parameters: Mapping[str, Parameter]) -> list[str]:
    """
    Return the command line with each boolean option and its value in one word.

    The bare option means true; the next word is its value only if it is a boolean.
    """
    names = {p.name for p in parameters.values() if p.kind == "boolean"}
    joined: list[str] = []
    left = list(words)
    while left:
        word = left.pop(0)
        if word == "--":
            return [*joined, word, *left]
        if word.startswith("--") and word[2:].replace("-", "_") in names:
            value = left.pop(0) if left and left[0].lower() in _BOOLEAN_WORDS else "true"
            word = f"{word}={value}"
        joined.append(word)
    return joined


def said(options: Mapping[str, Any], parameters: Mapping[str, Parameter]) -> dict[str, Any]:
    """Return the parameters that were given on the command line."""
    values = {name: options.get(name) for name in parameters}
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in values.items()
        if value not in (None, ())
    }
