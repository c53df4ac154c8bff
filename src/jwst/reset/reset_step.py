"""The reset step: the signal that a reset leaves in MIRI's first groups is taken away."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from strun.engine.correction import Correction
from strun.errors import InputError, ReferenceFileError
from strun.steps.readout import is_miri, takes_miri
from strun.steps.step import Step

if TYPE_CHECKING:
    from jwst.reset.correction import Extent
    from strun.datamodels.model import JwstDataModel
    from strun.datamodels.reference_models import ResetModel

log = logging.getLogger(__name__)


class ResetStep(Step):
    """
    Subtract the reset anomaly of MIRI.

    It is in the first groups of each integration. The RESET reference file has it by integration
    and group; its last integration serves all later ones. Its flags are or-ed into PIXELDQ.
    """

    class_alias = "reset"
    opens_ramp = True
    product_suffix = "reset"
    panels = "jwst.panels:RESET"
    shares = (("samples_reset", "samples", "corrected for the reset anomaly"),)
    spec = """
    force = boolean(default=False)  # Correct an exposure that says it is corrected already
    """
    reference_file_types = ["reset"]

    force: bool

    def asked_references(self, model: JwstDataModel) -> list[str]:
        """Return none for other instruments."""
        return self.reference_file_types if is_miri(model) else []

    def examine(self, model: JwstDataModel) -> None:
        """Refuse an exposure that is corrected already, unless `force` is set."""
        self.refuse_repetition(model, force=self.force)

    def prepare(self, model: JwstDataModel) -> Correction | None:
        """Return the anomaly, None for other instruments and without a reference."""
        from jwst.reset.correction import ResetCorrection
        from strun.datamodels.covering import flags_of, rows_of, same_window
        from strun.datamodels.reference_models import ResetModel

        if not takes_miri(model, log):
            return None
        reference = self.open_reference(model, "reset", ResetModel)
        if reference is None:
            return None
        name = self.references["reset"].name
        window = same_window(model, reference)
        anomaly = rows_of(reference, "data", window)
        return ResetCorrection(
            anomaly, flags_of(reference, window), _extent(model, reference, name)
        )


def _extent(model: JwstDataModel, reference: ResetModel, name: str) -> Extent:
    from jwst.reset.correction import Extent

    shape, known = model.shape, reference.array_shape("data")
    assert shape is not None  # same_window has seen them
    assert known is not None
    ours, theirs = model.meta.exposure, reference.meta.exposure
    said = (theirs.nints or known[0], theirs.ngroups or known[1])
    if not (0 < said[0] <= known[0] and 0 < said[1] <= known[1]):
        raise ReferenceFileError(
            f"{name}: NINTS is {said[0]} and NGROUPS {said[1]}, but SCI has {known[0]} "
            f"integrations of {known[1]} groups; give a whole file"
        )
    start = (ours.integration_start or 1) - 1
    if start < 0:
        raise InputError(f"{model.label}: INTSTART is {start + 1}, expected 1 or more; correct it")
    end = ours.integration_end or ours.nints or start + shape[0]
    return Extent(start, end - start, min(ours.ngroups or shape[1], said[1]), said[0])
