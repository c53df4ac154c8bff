"""The steps of this package, as stpipe asks for them by the entry point ``stpipe.steps``."""

from __future__ import annotations

from strun.steps.registry import ALIASES


def get_steps() -> list[tuple[str, str | None, bool]]:
    """
    Return class path and alias of each step, and whether it is a pipeline.

    Returns
    -------
    list of tuple
        In the order of their aliases.
    """
    return [(path, alias, path.startswith("jwst.pipeline.")) for alias, path in ALIASES.items()]
