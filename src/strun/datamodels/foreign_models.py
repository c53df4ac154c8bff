"""Models of stdatamodels where this package changes or reads models of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from strun.datamodels.model import JwstDataModel
from strun.datamodels.opening import open_ramp

Kind = TypeVar("Kind", bound=JwstDataModel)


def as_kind(model: Any, kind: type[Kind]) -> Kind:  # noqa: ANN401 - a model of any library
    """Return a model as one of this package."""
    return model if isinstance(model, kind) else kind(model)


@contextmanager
def changing(model: Any) -> Iterator[JwstDataModel]:  # noqa: ANN401 - a model of any library
    """
    Let a model be changed in place.

    Parameters
    ----------
    model : JwstDataModel or model of stdatamodels
        An exposure.

    Yields
    ------
    JwstDataModel
        The model itself; for one of stdatamodels one of this package, whose arrays go into it at
        the end.
    """
    if isinstance(model, JwstDataModel):
        yield model
        return
    own = open_ramp(model)
    yield own
    for name, values in own.loaded.items():
        if name in own.arrays and values is not None:
            setattr(model, name, values)
