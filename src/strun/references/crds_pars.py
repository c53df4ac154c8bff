"""Parameters of a step that CRDS gives for an exposure, weaker than what users say."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from strun.errors import ReferenceNotFoundError
from strun.logs import get_logger
from strun.parameters import validation
from strun.parameters.config import ABOUT
from strun.parameters.step_config import from_file, merge, tree

if TYPE_CHECKING:
    from strun.datamodels.model import JwstDataModel
    from strun.steps.configurable import Configurable
    from strun.steps.step import Step

__all__ = ["ORIGIN", "apply", "disabled", "of_dataset", "wanted"]

log = get_logger("stpipe.step")

ORIGIN = "CRDS"
_TRUE = frozenset({"true", "1", "yes"})


def disabled() -> bool:
    """Return whether the environment says that CRDS's parameters are not wanted."""
    return os.environ.get("STPIPE_DISABLE_CRDS_STEPPARS", "").strip().lower() in _TRUE


def _would_ask_crds(step: Step) -> bool:
    """Whether a reference would be looked up in CRDS: only then it is asked at all."""
    given = (step.get_ref_override(kind) is not None for kind in step.reference_file_types)
    return not (step.refs_folder or all(given))


def wanted(step: Step) -> bool:
    """Return whether CRDS is to be asked for parameters of a step, or of those of a pipeline."""
    if not step.takes_crds_pars or step.parent is not None or disabled():
        return False
    return any(map(_would_ask_crds, (step, *step.substeps.values())))


def _look_up(cls: type[Configurable], parameters: Mapping[str, Any]) -> dict[str, Any]:
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


def of_dataset(cls: type[Configurable], dataset: Any) -> dict[str, Any]:  # noqa: ANN401
    """
    Return the parameters that CRDS has for an exposure; sections are dictionaries.

    Parameters
    ----------
    cls : type
        The step.
    dataset : str, path, model or mapping
        The exposure, or what CRDS chooses by.
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


def _take(step: Step, said: Mapping[str, Any]) -> None:
    """Give a step, and those of a pipeline, the parameters that nobody has said otherwise."""
    origins = dict(step.origins)
    for name, value in said.items():
        parameter = step.parameters.get(name)
        if name == "steps" and step.substeps:
            for part, below in value.items():
                if part in step.substeps:
                    _take(step.substeps[part], below)
        elif parameter is None or not parameter.check:
            if value is not None and name not in ABOUT:
                log.warning("CRDS gives %s a parameter %s, which it does not have", step.name, name)
        elif name not in origins:
            setattr(step, name, validation.check(parameter, value, origin=ORIGIN, base=""))
            origins[name] = ORIGIN
    step.origins = origins


def apply(step: Step, model: JwstDataModel) -> None:
    """
    Give a step the parameters that CRDS has for an exposure, where nobody said others.

    Parameters
    ----------
    step : Step
        One with `takes_crds_pars`; so are its steps when it is a pipeline.
    model : JwstDataModel
        The exposure; its metadata are what CRDS chooses by.

    Raises
    ------
    ConfigError
        When the file of parameters cannot be read.
    ValidationError
        When a value cannot be used.
    """
    if wanted(step):
        parameters = step._crds_parameters(model)
        _take(step, step.get_config_from_reference(parameters, crds_observatory="jwst"))
