"""A command line as a list of words, run from Python."""

from __future__ import annotations

from typing import Any

from jwst.errors import ValidationError
from jwst.stpipe import registry

__all__ = ["from_cmdline"]


def from_cmdline(words: list[str]) -> Any:  # noqa: ANN401 - what a step's run returns
    """
    Run a step as ``strun`` would, in memory, and return its result.

    Parameters
    ----------
    words : list of str
        Step, inputs, and options as ``--name=value`` (``--name`` alone means true).

    Raises
    ------
    ValidationError
        When the list is empty, or an option is unknown.
    """
    if not words:
        raise ValidationError("the command line is empty, expected a step and its input")
    found, said = registry.find(words[0])
    options: dict[str, Any] = {}
    inputs = []
    for word in words[1:]:
        if word.startswith("--"):
            name, equals, value = word[2:].partition("=")
            options[name.replace("-", "_")] = value if equals else True
        else:
            inputs.append(word)
    step = found.configured(("cfg", said.parameters if said else {}), ("command line", options))
    step.origins.setdefault("save_results", "command line")
    if step.origins["save_results"] == "command line" and "save_results" not in options:
        step.save_results = True
    return step.run(*inputs)
