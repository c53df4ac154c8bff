"""Steps of other packages: what they register under the entry point ``stpipe.steps``."""

from __future__ import annotations

from strun.errors import StepNotFoundError
from strun.logs import get_logger

log = get_logger("stpipe.step")

_GROUP = "stpipe.steps"
_SCOPE = "::"


def class_path_of(alias: str) -> str | None:
    """
    Return the class path of a step that an installed package has registered, None without one.

    Parameters
    ----------
    alias : str
        As in ``linearity``, or with the package that it is of: ``mypackage::linearity``.

    Raises
    ------
    StepNotFoundError
        When several packages have a step of that alias.
    """
    package, _, name = alias.rpartition(_SCOPE)
    found = {
        distribution: path
        for distribution, path, theirs in _registered()
        if theirs == name and package in ("", distribution)
    }
    if len(found) > 1:
        choices = " or ".join(f"{each}{_SCOPE}{name}" for each in sorted(found))
        raise StepNotFoundError(f"{alias}: is a step of several packages; give {choices}")
    return next(iter(found.values()), None)


def _registered() -> list[tuple[str, str, str | None]]:
    """Return distribution, class path and alias of each step that is registered."""
    from importlib.metadata import entry_points

    found = []
    for entry in entry_points(group=_GROUP):
        package = entry.dist.name if entry.dist is not None else entry.name
        try:
            found += [(package, str(path), alias) for path, alias, *_ in entry.load()()]
        except Exception as err:
            # a package that is broken is no reason not to find the steps of others
            log.warning("The steps of %s are not known: %s: %s", package, type(err).__name__, err)
    return found
