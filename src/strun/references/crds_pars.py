"""Parameters of a step that CRDS gives for an exposure, weaker than what users say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from strun.errors import ReferenceNotFoundError
from strun.logs import get_logger
from strun.parameters.step_config import from_file, merge, tree

log = get_logger("stpipe.step")


def _look_up(cls: type[Any], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return what CRDS says of a step, stronger than what it says of those of a pipeline."""
    from strun.references.crds_lookup import look_up

    parts = getattr(cls, "step_defs", {})
    steps = {name: _look_up(part, parameters) for name, part in parts.items()}
    said: dict[str, Any] = tree({"steps": steps} if any(steps.values()) else {})
    try:
        found = look_up(parameters, cls.get_config_reftype())
    except ReferenceNotFoundError as err:
        # most steps have none; and when CRDS cannot be asked, the look-up of references says so
        log.debug("%s", err)
        return said
    if found.path != "N/A":
        log.info("Parameters of %s from %s (%s)", cls.__name__, found.name, found.context)
        merge(said, from_file(found.path))
    return said


def of_dataset(cls: type[Any], dataset: Any) -> dict[str, Any]:  # noqa: ANN401
    """
    Return the parameters that CRDS has for an exposure; sections are dictionaries.

    The exposure is a path, a model, a list that begins with one, or what CRDS chooses by.
    """
    if isinstance(dataset, Mapping):
        return _look_up(cls, dataset)
    from strun.datamodels.opening import open_model

    first: Any = next(iter(dataset), None) if isinstance(dataset, list | tuple) else dataset
    try:
        if hasattr(first, "get_crds_parameters"):
            return _look_up(cls, first.get_crds_parameters())
        with open_model(first) as model:
            return _look_up(cls, model.get_crds_parameters())
    except (OSError, TypeError, ValueError) as err:
        log.warning("No parameters from CRDS for %r, which is no exposure: %s", dataset, err)
        return {}
