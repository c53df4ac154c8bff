"""A model in memory corrected in place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from strun.engine.correction import BY_GROUP, BY_INTEGRATION, BY_PIXEL, Correction
from strun.engine.loop import Exposure, Sink
from strun.engine.needs import changed_by, ngroups_of, require_arrays
from strun.engine.passes import correct, result_sinks
from strun.engine.totals import Totals, values_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from strun.datamodels.model import JwstDataModel
    from strun.engine.arrays import OutputArray

_ALL = (*BY_PIXEL, *BY_GROUP, *BY_INTEGRATION)


def correct_in_memory(
    model: JwstDataModel,
    *corrections: Correction,
    results: Mapping[str, NDArray[Any]] | None = None,
    others: Mapping[str, OutputArray] | None = None,
) -> list[Totals]:
    """
    Correct a model's arrays in place.

    Parameters
    ----------
    model : JwstDataModel
        Arrays that the corrections name are read if they have not been, and made if missing.
    *corrections : Correction
        From the `prepare` of steps, in order.
    results : mapping, optional
        Arrays of other products, by their names among the results of blocks; they are filled.
    others : mapping, optional
        What else of the results of blocks is stored, by name.

    Returns
    -------
    list of dict
        What each correction counted.
    """
    import numpy as np

    from strun.engine.arrays import MemoryArray

    present: dict[str, MemoryArray] = {}
    # a tile that looks beyond itself must not see what was corrected already, nor must pixels be
    # corrected again with each run of groups
    looked_at = _ALL if any(each.halo for each in corrections) else BY_PIXEL
    kept = changed_by(corrections).intersection(looked_at)
    for name in require_arrays(model, corrections):
        values = model.fitting(name)
        if values is None:
            continue
        values = np.ascontiguousarray(values)
        if not values.flags.writeable:
            values = values.copy()
        if values is not getattr(model, name):
            setattr(model, name, values)
        present[name] = MemoryArray(values, keep_source=name in kept)
    stored = {name: present[name] for name in changed_by(corrections) if name in present}
    stored |= {name: MemoryArray(array) for name, array in (results or {}).items()}
    exposure = Exposure(lambda: dict(present), ngroups_of(model))
    sinks = [Sink(len(corrections), lambda: dict(stored)), *result_sinks(corrections, others or {})]
    totals = correct(exposure, corrections, sinks)
    for path, value in values_of(corrections, totals).items():
        model[path] = value
    return totals
