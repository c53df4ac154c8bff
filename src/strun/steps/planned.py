"""The products that a run will have, told from headers."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from strun.errors import OutputError, ValidationError
from strun.steps import saving

if TYPE_CHECKING:
    from strun.blockio.parts import Part
    from strun.datamodels.derived_products import Derived
    from strun.datamodels.model import JwstDataModel
    from strun.steps.other_files import OtherFile
    from strun.steps.step import Step


class Planned(NamedTuple):
    """
    A product that a run will have.

    Attributes
    ----------
    path : str
        Where it appears.
    size : int
        Its bytes, at least.
    other : OtherFile or None
        What it is when it is no FITS.
    """

    path: str
    size: int
    other: OtherFile | None = None

    @property
    def replaces(self) -> str | None:
        """The parameter whose file it may replace."""
        return None if self.other is None else self.other.replaces


def path_of(step: Step, model: JwstDataModel, made: Derived) -> str:
    """Return where a product of another kind than the exposure goes."""
    return saving.product_path(step, model, suffix=made.suffix, output_file=made.beside)


def refuse_same_names(paths: Iterable[str]) -> None:
    """
    Make sure that no two products of a run have the same name.

    Raises
    ------
    OutputError
        When two have.
    """
    seen: set[str] = set()
    for path in paths:
        place = os.path.realpath(path)
        if place in seen:
            raise OutputError(
                f"{path}: is the name of two products of the run; give another --suffix, or leave "
                "one of them out"
            )
        seen.add(place)


def saved_on_the_way(
    step: Step, one: Step, made: Sequence[Derived]
) -> Iterator[tuple[Step, str | None]]:
    """
    Yield who saves the exposure as one of the steps of a run leaves it, and the suffix.

    Parameters
    ----------
    step : Step
        That is run.
    one : Step
        One of its `steps_for` an exposure.
    made : sequence of Derived
        Products of other kinds that it and the steps before it make.

    Raises
    ------
    ValidationError
        When it is to save what it makes of those.
    """
    if one is not step and one.save_results and not one.skip:
        if made:
            raise ValidationError(
                f"steps.{one.name}.save_results is set, and strun saves rates at the end alone "
                f"({', '.join(f'_{each.suffix}' for each in made)}); leave it out, or use jwst"
            )
        yield one, None
    suffix = step.saved_after(one)
    if suffix is not None:
        yield step, suffix


def planned(step: Step, model: JwstDataModel) -> Iterator[Planned]:
    """
    Yield the products of a run, its own first; of a step that works in memory only that.

    The model may be prepared.
    """
    steps = [*step.steps_for(model)] if step.streams and not step.skip else []
    made: list[Derived] = []
    on_the_way: list[tuple[Step, str | None]] = []
    others: list[OtherFile] = []
    for one in steps:
        others += () if one.skip else one.other_files(model)
        made += () if one.skip else one.derived(model)
        on_the_way += saved_on_the_way(step, one, made)
    size = _size(model.parts()) if on_the_way or not made else 0
    own = saving.product_path(step, model)
    yield Planned(own, _derived_size(model, made[0]) if made else size)
    for each in made[1:]:
        yield Planned(path_of(step, model, each), _derived_size(model, each))
    for one, suffix in on_the_way:
        yield Planned(saving.product_path(one, model, suffix=suffix), size)
    for other in others:
        yield Planned(other.path, other.size, other)


def _derived_size(model: JwstDataModel, made: Derived) -> int:
    from strun.blockio.parts import narrowed
    from strun.datamodels.derived_products import derived_parts

    # how many planes there will be is not known: one at least
    least = {array.name: 1 for array in made.arrays if array.counted is not None}
    return _size(narrowed(derived_parts(model, made), least))


def _size(parts: list[Part]) -> int:
    from strun.blockio.parts import places

    return places(parts)[1]
