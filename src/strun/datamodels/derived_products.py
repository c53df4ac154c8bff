"""Units of a product of another kind than the exposure that it is made from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from strun.blockio.cards import Header
from strun.blockio.headers import image_header
from strun.blockio.parts import Part
from strun.datamodels import product
from strun.datamodels.arrays import ArraySpec

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from strun.datamodels.contents import Contents
    from strun.datamodels.model import JwstDataModel


class DerivedArray(NamedTuple):
    """
    An array of a product, to be filled; `name` is that in its model, `unit` its BUNIT.

    `counted` is what is counted of the whole exposure: as many planes of an integration, the second
    axis, are kept in the end. Of others there is room alone.
    """

    name: str
    shape: tuple[int, ...]
    unit: str | None = None
    counted: str | None = None


class Derived(NamedTuple):
    """
    A product of another kind than the exposure.

    Its `units` come in order; a string is a table of the exposure that goes over. In place of the
    metadata of the exposure in the end it has those of `source`. When it is saved and no result of
    the step, it is named after `beside` (empty: as the others).
    """

    suffix: str
    kind: type[JwstDataModel]
    units: tuple[DerivedArray | str, ...]
    source: JwstDataModel | None = None
    beside: str | None = None

    @property
    def arrays(self) -> list[DerivedArray]:
        """Its arrays."""
        return [unit for unit in self.units if isinstance(unit, DerivedArray)]

    def kept(self, counts: Mapping[str, int]) -> dict[str, int]:
        """Return how many planes of an integration are kept, of the arrays with room for more."""
        return {unit.name: counts[unit.counted] for unit in self.arrays if unit.counted is not None}

    def key(self, array: str) -> str:
        """Return the name of one of its arrays among the results of a block."""
        return f"{self.suffix}_{array}"


def derived_parts(source: Contents, made: Derived) -> list[Part]:
    """
    Return the units of a product, with arrays to be filled.

    The exposure's primary header, the cards of its SCI and its tables go over.
    """
    units = (
        _array(source, made.kind.arrays, unit)
        if isinstance(unit, DerivedArray)
        else product.table_part(source, unit)
        for unit in made.units
    )
    found = [part for part in units if part is not None]
    return [product.primary_part(source), *found, product.minimal_asdf()]


def derived_model(
    source: JwstDataModel, made: Derived, results: Mapping[str, NDArray[Any]]
) -> JwstDataModel:
    """Return a product in memory, of arrays by `Derived.key`, and of the metadata of `source`."""
    model = made.kind()
    model.units = tuple(
        unit.name if isinstance(unit, DerivedArray) else unit for unit in made.units
    )
    for unit in made.units:
        if isinstance(unit, DerivedArray):
            setattr(model, unit.name, results[made.key(unit.name)])
        elif getattr(source, unit, None) is not None:
            setattr(model, unit, getattr(source, unit))
    model.update(source)
    for unit in made.arrays:
        if unit.unit is not None:
            setattr(model.meta, f"bunit_{unit.name}", unit.unit)
    return model


def _array(source: Contents, arrays: Mapping[str, ArraySpec], unit: DerivedArray) -> Part:
    spec = arrays[unit.name]
    hdu = source.image_hdu("data") if unit.name == "data" else None
    cards = list(hdu.header.cards) if hdu is not None else []
    header = product.numbered(image_header(spec.hdu, unit.shape, spec.dtype, base=Header(cards)))
    if hdu is not None:
        product.with_changes(source, header, spec.hdu)
    if unit.unit is not None:
        header.set("BUNIT", unit.unit, "physical units of the array values")
    return Part(unit.name, header)
