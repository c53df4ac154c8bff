"""Which model a file, an array's shape or another model is opened as."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from strun.blockio.source import FitsFile
from strun.datamodels import exposure_models, origin, reference_models
from strun.datamodels.model import JwstDataModel
from strun.datamodels.reference import ReferenceFileModel
from strun.errors import InputKindError

# messages list the models of exposures by name, then those of references
_BY_NAME: dict[str, type[JwstDataModel]] = {
    name: kind
    for name, kind in [*sorted(vars(exposure_models).items()), *vars(reference_models).items()]
    if isinstance(kind, type) and issubclass(kind, JwstDataModel) and kind is not JwstDataModel
}
_BY_AXES: dict[int, type[JwstDataModel]] = {
    2: exposure_models.ImageModel,
    3: exposure_models.CubeModel,
    4: exposure_models.RampModel,
}
_BY_REFTYPE: dict[str, type[JwstDataModel]] = {
    "MASK": reference_models.MaskModel,
    "LINEARITY": reference_models.LinearityModel,
}
_REFERENCE_BY_AXES: dict[int, type[JwstDataModel]] = {
    2: reference_models.ReferenceImageModel,
    3: reference_models.ReferenceCubeModel,
    4: reference_models.ReferenceQuadModel,
}


def _named(file: FitsFile) -> type[JwstDataModel] | None:
    return _BY_NAME.get(str(file.hdus[0].header.get("DATAMODL")))


def _class_of(file: FitsFile) -> type[JwstDataModel]:
    header = file.hdus[0].header
    named = _named(file)
    if named is not None:
        return named
    reftype, science = header.get("REFTYPE"), file.find("SCI")
    known = _BY_REFTYPE.get(str(reftype).upper())
    if known is not None:
        return known
    axes = len(science.shape) if science else 0
    # as in jwst, where a ramp has no DQ
    if reftype is None or (axes == 4 and file.find("DQ") is None):
        return _BY_AXES.get(axes, JwstDataModel)
    return _REFERENCE_BY_AXES.get(axes, ReferenceFileModel)


def class_named(init: object) -> type[JwstDataModel]:
    """Return our class of the name that another library's model has, or one it is made from."""
    names = [kind.__name__ for kind in type(init).__mro__]
    return next((_BY_NAME[name] for name in names if name in _BY_NAME), JwstDataModel)


def open_model(init: Any = None, guess: bool = True, **arrays: Any) -> JwstDataModel:  # noqa: ANN401
    """
    Open a file, or make a model of a shape, as the class that fits it.

    Parameters
    ----------
    init : str, Path, HDUList, tuple of int, JwstDataModel, model of stdatamodels or None
        The class is chosen by DATAMODL, REFTYPE, or the number of axes of SCI.
    guess : bool, optional
        False takes no other class than that of DATAMODL.
    **arrays
        Arrays by name.

    Returns
    -------
    JwstDataModel
        To be used in a ``with`` statement, or closed.

    Raises
    ------
    InputError
        When `init` cannot be opened, or its class is not known and not to be guessed;
        InputNotFoundError when it is not there.
    """
    if init is None:
        return JwstDataModel(None, **arrays)
    if isinstance(init, JwstDataModel):
        return type(init)(init, **arrays)
    if isinstance(init, tuple):
        return _BY_AXES.get(len(init), JwstDataModel)(init, **arrays)
    if origin.is_foreign(init):
        return class_named(init)(init, **arrays)
    if hasattr(init, "writeto"):
        file = origin.from_hdulist(init)
    elif isinstance(init, str | os.PathLike):
        file = FitsFile.open(init)
    else:
        raise InputKindError(
            f"cannot open an object of type {type(init).__name__}; give a FITS file or a model"
        )
    if not guess and _named(file) is None:
        raise InputKindError(
            f"{file.path}: DATAMODL is {file.hdus[0].header.get('DATAMODL')!r}, expected one of "
            f"{', '.join(_BY_NAME)}; open it with the model's class"
        )
    return _class_of(file)(file, **arrays)


def read_metadata(
    fname: str | os.PathLike[str], model_type: str | None = None, flatten: bool = True
) -> dict[str, Any]:
    """
    Return the metadata of a file; no array is read.

    Parameters
    ----------
    fname : str or Path
        The file.
    model_type : str, optional
        Without effect: the keywords are those of all models.
    flatten : bool, optional
        By dotted names; False gives nested dicts.
    """
    model = JwstDataModel(fname)
    return model.to_flat_dict(include_arrays=False) if flatten else model.instance


def ramp_class(model: JwstDataModel) -> type[JwstDataModel]:
    """Return the kind of ramp that a model's metadata say it is."""
    if str(model.meta.exposure.type).upper() in exposure_models.GUIDER_TYPES:
        return exposure_models.GuiderRawModel
    stripes = model.meta.subarray.num_superstripe
    return (
        exposure_models.SuperstripeRampModel
        if stripes is not None and stripes > 0
        else exposure_models.RampModel
    )


def open_ramp(init: Any) -> JwstDataModel:  # noqa: ANN401
    """
    Open an exposure as the kind of ramp that its header says it is.

    Raises InputError when it cannot be opened or holds no science array.
    """
    # a model's own arrays would be lost on the way through one that does not know them
    if isinstance(init, JwstDataModel):
        model = init
    else:
        model = open_model(init) if origin.is_foreign(init) else JwstDataModel(init)
    return ramp_class(model)(model)


Kind = TypeVar("Kind", bound=JwstDataModel)


def as_kind(model: Any, kind: type[Kind]) -> Kind:  # noqa: ANN401 - a model of any library
    """Return a model as one of this package."""
    return model if isinstance(model, kind) else kind(model)


@contextmanager
def changing(model: Any) -> Iterator[JwstDataModel]:  # noqa: ANN401 - a model of any library
    """
    Let a model be changed in place, of this package or of stdatamodels.

    Yields the model itself; for one of stdatamodels one of this package, whose arrays go into it at
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
