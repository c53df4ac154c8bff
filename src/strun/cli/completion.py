"""What a shell offers when the TAB key is hit: steps, options and files, by click's machinery."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from strun.steps import registry

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_WORDS = {
    "BOOL": ("true", "false"),
    "LEVEL": ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"),
    "STREAM": ("stderr", "stdout", "null"),
}
_FILES = frozenset({"FILE", "INPUT..."})


def complete_value(
    _: click.Context, parameter: click.Parameter, typed: str
) -> list[CompletionItem]:
    """Return the values of an option or argument that begin as typed; its metavar says the kind."""
    from click.shell_completion import CompletionItem

    metavar = parameter.metavar or ""
    if metavar in _FILES:
        return [CompletionItem(typed, type="file")]
    if (parameter.name or "").endswith("_dir"):
        return [CompletionItem(typed, type="dir")]
    words = _WORDS.get(metavar) or (tuple(metavar.split("|")) if "|" in metavar else ())
    return [CompletionItem(word) for word in words if word.lower().startswith(typed.lower())]


def step_names(typed: str) -> list[CompletionItem]:
    """
    Return the steps that a word may become beside the aliases, which click offers itself.

    They are class paths once a part of one is typed, and the cfg files of this folder.
    """
    import glob

    from click.shell_completion import CompletionItem

    paths = [path for path in registry.ALIASES.values() if typed and path.startswith(typed)]
    configured = [] if os.sep in typed else sorted(glob.glob(f"{glob.escape(typed)}*.cfg"))
    return [CompletionItem(word) for word in (*paths, *configured)]
