"""Parameters of a step that CRDS gives for an exposure, weaker than what users say."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from jwst.errors import ReferenceNotFoundError
from jwst.stpipe import validation
from jwst.stpipe.asdf_parameters import read_document
from jwst.stpipe.config import flatten
from jwst.stpipe.logs import get_logger

if TYPE_CHECKING:
    from jwst.datamodels.model import JwstDataModel
    from jwst.stpipe.step import Step

__all__ = ["ORIGIN", "apply", "disabled", "wanted"]

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
    return any(map(_would_ask_crds, _steps(step)))


def _look_up(step: Step, parameters: Mapping[str, Any]) -> dict[str, Any]:
    from jwst.stpipe.crds_lookup import look_up

    reftype = f"pars-{type(step).__name__.lower()}"
    try:
        found = look_up(parameters, reftype)
    except ReferenceNotFoundError as err:
        # most steps have none; and when CRDS cannot be asked, the look-up of references says so
        log.debug("%s", err)
        return {}
    if found.path == "N/A":
        return {}
    log.info("Parameters of %s from %s (%s)", step.name, found.name, found.context)
    return flatten(read_document(found.path)["parameters"])


def _take(step: Step, said: Mapping[str, Any]) -> None:
    """Give a step the parameters that nobody has said otherwise."""
    origins = dict(step.origins)
    for name, value in said.items():
        parameter = step.parameters.get(name)
        if parameter is None or not parameter.check:
            if value is not None:
                log.warning("CRDS gives %s a parameter %s, which it does not have", step.name, name)
        elif name not in origins and "." not in name:
            setattr(step, name, validation.check(parameter, value, origin=ORIGIN, base=""))
            origins[name] = ORIGIN
    step.origins = origins


def _steps(step: Step) -> Iterable[Step]:
    return (step, *step.substeps.values())


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
    for each in _steps(step) if wanted(step) else ():
        if _would_ask_crds(each):
            _take(each, _look_up(each, each._crds_parameters(model)))
