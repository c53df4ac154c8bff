"""The base of all data models: arrays, tables and metadata of one exposure or reference."""

from __future__ import annotations

import copy as copying
import logging
import os
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Protocol, Self, runtime_checkable

from strun.blockio.parts import Part
from strun.blockio.source import FitsFile
from strun.datamodels import origin, product
from strun.datamodels.contents import Contents
from strun.datamodels.meta import Headers, Meta, MetaStore, flat
from strun.errors import InputKindError, OutputKindError, StepError, StrunError

log = logging.getLogger("jwst.datamodels.model")

# arguments of stdatamodels' constructors that are about its schemas and its asdf
_WITHOUT_EFFECT = (
    "schema",
    "validate_arrays",
    "ignore_missing_extensions",
    "ignore_unrecognized_tag",
)


@runtime_checkable
class AbstractDataModel(Protocol):
    """An object that can be given as an exposure or a reference, passed to hooks and saved."""

    @property
    def crds_observatory(self) -> str:
        """The observatory, as CRDS names it."""

    def get_crds_parameters(self) -> dict[str, Any]:
        """Return what references are chosen by."""

    def save(self, path: str, dir_path: str | None = None) -> str:
        """Write it to a file and return where."""


class JwstDataModel(Contents):
    """
    Arrays, tables and metadata of a JWST file.

    Arrays stay on disk until they are touched: ``model.data``. Unset arrays are None.

    Parameters
    ----------
    init : str, Path, tuple of int, ndarray, HDUList, dict, JwstDataModel or None
        What it is made from: a file, the shape of its main array, that array itself, an opened
        FITS file, a tree of arrays and metadata, or another model, whose arrays are then shared.
    strict_validation : bool, optional
        Metadata that cannot have a value raise InputError; by default they warn and stay.
    pass_invalid_values : bool, optional
        Take such values after the warning.
    validate_on_assignment : bool, optional
        False takes them without one.
    **arrays
        Arrays and tables by name; they are cast to the model's dtype. Names that the model does
        not have are warned of.

    Raises
    ------
    InputError
        When `init` cannot be read or is of no usable kind, or has arrays of its own beside those
        given (InputKindError).
    """

    crds_observatory: ClassVar[str] = "jwst"

    def __init__(
        self,
        init: Any = None,  # noqa: ANN401
        *,
        strict_validation: bool | None = None,
        pass_invalid_values: bool | None = None,
        validate_on_assignment: bool | None = None,
        **arrays: Any,  # noqa: ANN401
    ) -> None:
        headers = Headers()
        store = MetaStore(headers.get)
        self._set(loaded={}, replaced=set(), made=set())
        self._set(_headers=headers, _store=store, meta=Meta(store))
        self._set(_history=None, _extra=None)
        given = self._known_arrays(arrays)
        if isinstance(init, JwstDataModel):
            origin.share(self, init)
        else:
            origin.begin(self, init)
        if given and self.file is not None and not isinstance(init, JwstDataModel):
            raise InputKindError(
                f"{self.file.path}: {', '.join(given)} cannot be given beside a file; open it, "
                "then set them"
            )
        for name, values in given.items():
            setattr(self, name, values)
        self.fill_required()
        store.strict, store.passes = bool(strict_validation), bool(pass_invalid_values)
        store.checks = validate_on_assignment is not False

    def _known_arrays(self, arrays: dict[str, Any]) -> dict[str, Any]:
        given = {name: values for name, values in arrays.items() if name not in _WITHOUT_EFFECT}
        for name in [n for n in given if n not in self.arrays and n not in self.tables]:
            del given[name]
            log.warning(
                "%s has no array %r, it is ignored; it has %s",
                type(self).__name__,
                name,
                ", ".join([*self.arrays, *self.tables]) or "none",
            )
        return {name: values for name, values in given.items() if values is not None}

    # -- metadata -----------------------------------------------------------------------------

    @property
    def file(self) -> FitsFile | None:
        """Where those arrays are that are not in memory."""
        return self._headers.file

    @file.setter
    def file(self, file: FitsFile | None) -> None:
        self._headers.file = file

    def __setattr__(self, name: str, value: Any) -> None:  # noqa: ANN401
        if name == "meta":
            tree = value.instance if isinstance(value, Meta) else value
            self._store.clear("meta")
            for path, each in flat(tree, "meta"):
                self._store.set(path, each)
        else:
            super().__setattr__(name, value)

    def get_crds_parameters(self) -> dict[str, Any]:
        """Return the metadata that references are chosen by: path to value, flat."""
        simple = (str, int, float, bool)
        return {path: v for path, v in self._store.items() if isinstance(v, simple)}

    def update(
        self,
        d: Contents | Meta | dict[str, Any],
        only: str | Sequence[str] | None = None,
        extra_fits: bool = False,
        cal_logs: bool = True,
    ) -> None:
        """
        Take over the metadata of another model, all but its kind and date.

        Parameters
        ----------
        d : JwstDataModel, Meta or dict
            Where they come from; of a dict also those that have no keyword.
        only : str or list of str, optional
            Only what stands in these HDUs.
        extra_fits : bool, optional
            Take over the cards that stand for no metadata too.
        cal_logs : bool, optional
            Without effect: products of this package hold no logs.
        """
        origin.take_metadata(self, d, only, extra_fits=extra_fits)

    # -- life ---------------------------------------------------------------------------------

    def copy(self, memo: dict[int, Any] | None = None) -> Self:
        """Return an independent copy; arrays that are still on disk stay there."""
        new = type(self)(self)
        new._set(loaded={name: copying.deepcopy(v) for name, v in self.loaded.items()})
        for name, value in self.__dict__.items():
            if name not in self.own_attributes:
                new.__dict__[name] = copying.copy(value)
        return new

    __copy__ = copy
    __deepcopy__ = copy

    def parts(self) -> list[Part]:
        """Return the model as the units of a product, in jwst's order."""
        return product.parts(self)

    def save(
        self,
        path: str | os.PathLike[str] | Callable[[str | None], str],
        dir_path: str | os.PathLike[str] | None = None,
        *,
        overwrite: bool = True,
        checksum: bool = False,
        durable: bool = False,
        output_verify: str = "exception",
    ) -> str:
        """
        Write the model to a FITS file, which appears when it is complete.

        Parameters
        ----------
        path : str, Path or function
            The file; or a function that returns it, of the model's file name.
        dir_path : str or Path, optional
            Its folder, in place of the one in `path`.
        overwrite : bool, optional
            False leaves a file that is there already.
        checksum : bool, optional
            Write CHECKSUM and DATASUM into every HDU.
        durable : bool, optional
            Force it to the disk before it gets its name.
        output_verify : str, optional
            Without effect: only what is right is written.

        Returns
        -------
        str
            Where it was written.

        Raises
        ------
        OutputError
            When the file is there and must not be overwritten, or is not named .fits.
        """
        target = os.fspath(path(self.meta.filename) if callable(path) else path)
        if dir_path is not None:
            target = os.path.join(dir_path, os.path.basename(target))
        product.save(self, target, overwrite=overwrite, checksum=checksum, durable=durable)
        return target

    def to_fits(
        self,
        init: str | os.PathLike[str],
        *,
        overwrite: bool = False,
        checksum: bool = False,
        output_verify: str = "exception",
    ) -> None:
        """Write the model as `save` does, but over no other file unless asked to."""
        self.save(init, overwrite=overwrite, checksum=checksum, output_verify=output_verify)

    def to_asdf(self, init: str | os.PathLike[str], **_: Any) -> None:  # noqa: ANN401
        """Refuse: models are written as FITS alone."""
        raise OutputKindError(f"{os.fspath(init)}: models are saved as FITS alone; use save")

    def close(self) -> None:
        """Do nothing: what is on disk stays readable; the file is closed with its last model."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        name = self.meta.filename
        try:
            shape = self.shape or ""
        except StrunError:
            # what is wrong is said where the array is used
            shape = ""
        return f"<{type(self).__name__}{shape}{f' from {name}' if name else ''}>"

    def _repr_html_(self) -> str:
        from strun.datamodels.views import model_html

        return model_html(self)

    @property
    def override_handle(self) -> str:
        """How a product names this model when it was given as a reference."""
        return f"override://{type(self).__name__}"

    def __getstate__(self) -> Any:  # noqa: ANN401
        raise StepError(f"a {type(self).__name__} cannot be pickled; save it and send its path")
