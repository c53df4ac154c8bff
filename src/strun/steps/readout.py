"""How an exposure was read out, and ways that a step may not know."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from strun.datamodels.exposure_models import GUIDER_TYPES
from strun.engine.chain import ngroups_of
from strun.errors import InputError

if TYPE_CHECKING:
    import logging

    from strun.datamodels.model import JwstDataModel

_DETECTOR_ROWS = 2048


def is_miri(model: JwstDataModel) -> bool:
    """Return whether an exposure is of a detector of MIRI; InputError when it does not say."""
    detector = model.meta.instrument.detector
    if detector is None:
        raise InputError(f"{model.label}: DETECTOR is missing; add it")
    return str(detector).startswith("MIR")


def has_zeroframe(model: JwstDataModel) -> bool:
    """
    Return whether the header says ZEROFRAM = T and there are zero frames.

    InputError is raised when they are of another size than the exposure.
    """
    if not (model.meta.exposure.zero_frame and model.has_array("zeroframe")):
        return False
    size, shape = model.array_shape("zeroframe"), model.shape
    if size is not None and shape is not None and size[-2:] != shape[-2:]:
        raise InputError(
            f"{model.label}: ZEROFRAME is {size[-2:]} and SCI {shape[-2:]} (rows, columns), "
            "expected equal sizes; the file is damaged, get a whole copy"
        )
    return True


def _is_irs2(model: JwstDataModel) -> bool:
    # science and reference pixels in turn
    return max((model.shape or (0,))[-2:]) > _DETECTOR_ROWS


_KINDS: dict[str, Callable[[JwstDataModel], bool]] = {
    "by IRS2": _is_irs2,
    "in stripes": lambda model: model.meta.subarray.multistripe_reads1 is not None,
    "in superstripes": lambda model: bool(model.meta.subarray.num_superstripe),
    "at times of its own": lambda model: (
        len(getattr(model.meta.exposure, "read_times", None) or ()) > 0
    ),
}


def refuse_readout(model: JwstDataModel, alias: str | None, *kinds: str) -> None:
    """
    Refuse an exposure of a guider, or one that was read out in a way that a step does not know.

    The ways are "by IRS2", "in stripes", "in superstripes", and "at times of its own".
    """
    mode = str(model.meta.exposure.type).upper()
    if mode in GUIDER_TYPES:
        raise InputError(
            f"{model.label}: EXP_TYPE is {mode}, an exposure of a guider, which {alias} is not "
            "for; use dq_init and guider_cds, or calwebb_guider"
        )
    for kind in kinds:
        if _KINDS[kind](model):
            raise InputError(
                f"{model.label}: is read out {kind}, which {alias} of strun does not know yet; use "
                "jwst for it"
            )


def takes_miri(model: JwstDataModel, log: logging.Logger, *, fewest_groups: int = 0) -> bool:
    """Return whether a step that is for MIRI alone corrects an exposure; say why when not."""
    if not is_miri(model):
        log.warning("The exposure is not of MIRI: the step is skipped")
        return False
    ngroups = ngroups_of(model)
    if ngroups < fewest_groups:
        text = "%d groups, expected %d or more: the step is skipped"
        log.warning(text, ngroups, fewest_groups)
    return ngroups >= fewest_groups
