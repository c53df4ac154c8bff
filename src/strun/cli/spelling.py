"""The words of a command line, as users write them, in the one spelling that click parses."""

from __future__ import annotations

import os
from collections.abc import Sequence

import click

from strun.cli.options import ParameterOption, normalized

_BOOLEAN_WORDS = frozenset({"true", "false", "yes", "no", "1", "0", "on", "off"})
# click looks for the nearest name before it tries a word as a short option, which takes an import
_LONG = {"-h": "--help", "-v": "--verbose", "-j": "--jobs"}
_HELP = "--help"
_SHOWN = 6
# options that jwst has beside a step's parameters: what is short for one of them there is so here
_OF_JWST = frozenset(
    {
        "debug",
        "disable_crds_steppars",
        "log_file",
        "log_level",
        "log_stream",
        "logcfg",
        "save_parameters",
        "verbose",
    }
)


def spelled_out(
    words: Sequence[str], options: Sequence[click.Parameter], *, before_step: bool = False
) -> list[str]:
    """
    Return the command line with whole names of options, and booleans with their values.

    The first letters of an option's name stand for it when no other begins with them. A bare
    boolean parameter means true; the next word is its value only if it is a boolean. With
    `before_step` the first word that is no option begins another command, and is left as it is.

    Raises click.UsageError when letters may stand for several options, or a word behind a boolean
    is neither a boolean nor an input.
    """
    named = [option for option in options if isinstance(option, click.Option)]
    flags = {normalized(flag): flag for option in named for flag in option.opts}
    flags.setdefault(normalized(_HELP), _HELP)
    ours = {
        normalized(flag)
        for option in named
        if not isinstance(option, ParameterOption) and option.name not in _OF_JWST
        for flag in option.opts
    }
    booleans = {
        normalized(flag)
        for option in named
        if isinstance(option, ParameterOption) and option.parameter.kind == "boolean"
        for flag in option.opts
    }
    alone = {normalized(flag) for option in named if option.is_flag for flag in option.opts}
    takes_value = flags.keys() - booleans - alone - {normalized(_HELP)}
    spelled: list[str] = []
    left = list(words)
    while left:
        if left[0] == "--" or (before_step and not left[0].startswith("-")):
            return [*spelled, *left]
        word = _whole(left.pop(0), flags, ours)
        name = normalized(word)
        if name in booleans:
            word = f"{word}={_value(word, left)}"
        elif name in alone and left and _is_boolean(left[0]):
            raise click.UsageError(f"{word} takes no value, but {left[0]!r} stands behind it")
        spelled.append(word)
        if name in takes_value and left:
            # the value of another option, even if it looks like one itself
            spelled.append(left.pop(0))
    return spelled


def _whole(word: str, flags: dict[str, str], ours: set[str]) -> str:
    """Return an option with its whole name; other words as they are."""
    word = _LONG.get(word, word)
    typed, equals, value = word.partition("=")
    name = normalized(typed)
    if not typed.startswith("--") or name in flags:
        return word
    meant = {long for long in flags if long.startswith(name)}
    meant = meant - ours or meant
    # --save_ is --save_results, --save- is --save-parameters
    meant = {long for long in meant if flags[long].startswith(typed)} or meant
    if len(meant) > 1:
        names = sorted(flags[each] for each in meant)
        listed = ", ".join(names[:_SHOWN]) + (", ..." if len(names) > _SHOWN else "")
        raise click.UsageError(f"Ambiguous option: {typed} may be {listed}; write more of it")
    return "".join((flags[meant.pop()], equals, value)) if meant else word


def _value(option: str, left: list[str]) -> str:
    """Return the value of a boolean, and take it from the words that are left if it is there."""
    if not left:
        return "true"
    if left[0].lower() in _BOOLEAN_WORDS:
        return left.pop(0)
    if not _may_be_input(left[0]):
        raise click.UsageError(
            f"Invalid value for '{option}': {left[0]!r} is neither a boolean nor a file; give "
            f"{option}=true, {option}=false or the path of an exposure"
        )
    return "true"


def _is_boolean(word: str) -> bool:
    """Return whether a word can be nothing else: no file has that name."""
    return word.lower() in _BOOLEAN_WORDS and not os.path.exists(word)


def _may_be_input(word: str) -> bool:
    """Return whether a word is an option, a list, a file, or is called like one."""
    if word.startswith(("-", "@")) or os.path.splitext(word)[1][1:2].isalpha():
        return True
    return "\0" not in word and os.path.exists(word)
