"""Parameters from CRDS for a step that runs: whether they are looked up, and where they go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strun.parameters import values

if TYPE_CHECKING:
    from strun.datamodels.model import JwstDataModel
    from strun.steps.step import Step


def _would_ask_crds(step: Step) -> bool:
    """Whether a reference would be looked up in CRDS: only then it is asked at all."""
    given = (step.get_ref_override(kind) is not None for kind in step.reference_file_types)
    return not (step.refs_folder or all(given))


def wanted(step: Step) -> bool:
    """Return whether CRDS is to be asked for parameters of a step, or of those of a pipeline."""
    if not step.takes_crds_pars or step.parent is not None:
        return False
    if not any(map(_would_ask_crds, (step, *step.substeps.values()))):
        return False
    from strun.references import crds_pars

    return not crds_pars.disabled()


def apply(step: Step, model: JwstDataModel) -> None:
    """
    Give a step the parameters that CRDS has for an exposure, where nobody set others.

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
        found = step.get_config_from_reference(parameters, crds_observatory="jwst")
        values.update(step, found, origin="CRDS", weaker=True)
