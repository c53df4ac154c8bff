"""The guider_cds step: count rates of guiders."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from strun.blockio.tiles import Tile
from strun.datamodels.exposure_models import GUIDER_TYPES, GuiderCalModel, GuiderRawModel
from strun.datamodels.keywords import required
from strun.errors import InputError, ReferenceFileError
from strun.steps.inputs import first_of
from strun.steps.step import Step

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from strun.datamodels.model import JwstDataModel
    from strun.datamodels.reference import ReferenceFileModel

log = logging.getLogger(__name__)

# what a user says who has no reference
_NONE = ("", "N/A")


class GuiderCdsStep(Step):
    """
    Make count rates of a guider, by correlated double sampling.

    The difference of two groups (of the means of four in FINEGUIDE mode; in ID mode the smaller
    one of two integrations) over the time of a group, with errors from GAIN and READNOISE.
    """

    class_alias = "guider_cds"
    product_suffix = "guider_cds"
    reference_file_types = ["gain", "readnoise"]

    def open_input(self, init: Any) -> JwstDataModel:  # noqa: ANN401
        """Return an exposure of a guider."""
        return init if isinstance(init, GuiderRawModel) else GuiderRawModel(init)

    def asked_references(self, model: JwstDataModel) -> list[str]:
        """Return the gain alone when there is none: the noise is not asked for then."""
        gain = self.references.get("gain")
        return ["gain"] if gain and gain.reference in _NONE else self.reference_file_types

    def process(self, *args: Any) -> Any:  # noqa: ANN401
        """Return the count rates, or the exposure when a reference is N/A."""
        from strun.datamodels.reference_models import GainModel, ReadnoiseModel

        model = self.prepare_input(first_of(self, args))
        _require_groups(model)
        planes = []
        for kind in (GainModel, ReadnoiseModel):
            reftype = kind.reftype.lower()
            reference: ReferenceFileModel | None = self.open_reference(model, reftype, kind)
            if reference is None:
                self.stamp(model, "SKIPPED")
                return model
            planes.append(_plane(model, reference))
        result = _rates(model, *planes)
        self.stamp(result, "COMPLETE")
        return result


def _require_groups(model: JwstDataModel) -> None:
    """Refuse an exposure that is not a guider's, or too short for its mode."""
    from strun.datamodels.covering import require_image

    mode, shape = str(model.meta.exposure.type), require_image(model)
    if mode not in GUIDER_TYPES:
        raise InputError(
            f"{model.label}: EXP_TYPE is {mode}, expected one of a guider: "
            f"{', '.join(sorted(GUIDER_TYPES))}"
        )
    required(model, "meta.exposure.group_time", "count rates are divided by it")
    wanted = (2 if mode.startswith("FGS_ID") else 1, 1 if mode == "FGS_FINEGUIDE" else 2)
    if 0 in shape or shape[0] < wanted[0] or shape[1] < wanted[1]:
        raise InputError(
            f"{model.label}: SCI has the shape {shape}, expected at least {wanted[0]} "
            f"integrations of {wanted[1]} groups for {mode}"
        )


def _plane(model: JwstDataModel, reference: ReferenceFileModel) -> NDArray[np.float32]:
    """Return the pixels of a reference that an exposure needs; of stacks its mean."""
    import numpy as np

    from strun.datamodels.covering import covering_window, rows_of

    shape = model.shape
    assert shape is not None  # the groups were counted
    try:
        rows = rows_of(reference, "data", covering_window(model, reference, array="data"))
    except ReferenceFileError:
        if "STACK" not in str(model.meta.exposure.type) or reference.shape == shape[-2:]:
            raise
        log.info("%s does not cover the stacked images: its mean is taken", reference.reftype)
        mean: np.float32 = np.mean(reference.data)
        return np.full(shape[-2:], mean, np.float32)
    return rows.read(Tile(slice(0, shape[-2]), slice(0, shape[-1])))


def _rates(
    model: JwstDataModel, gain: NDArray[np.float32], readnoise: NDArray[np.float32]
) -> JwstDataModel:
    from jwst.guider_cds.rates import differences, errors

    time = model.meta.exposure.group_time
    rise = differences(model.data, str(model.meta.exposure.type))
    result = GuiderCalModel(rise / time)
    result.err = errors(rise, gain, readnoise, time)
    result.dq = model.dq
    for name in model.tables:
        if model.hasattr(name):
            setattr(result, name, getattr(model, name))
    result.update(model)
    result.meta.bunit_data = "DN/s"
    return result
