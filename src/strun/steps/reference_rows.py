"""Images of references that a step cannot do without."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strun.errors import ReferenceFileError

if TYPE_CHECKING:
    from strun.blockio.rows import Rows
    from strun.datamodels.model import JwstDataModel
    from strun.datamodels.reference import ReferenceFileModel
    from strun.steps.reference_user import ReferenceUser


def image_of(
    step: ReferenceUser,
    model: JwstDataModel,
    reftype: str,
    kind: type[ReferenceFileModel],
    array: str = "data",
) -> tuple[Rows, ReferenceFileModel]:
    """
    Return the part of a reference's image that covers an exposure, and the reference.

    Returns
    -------
    Rows
        (rows, columns), read when they are asked for.
    ReferenceFileModel
        The reference.

    Raises
    ------
    ReferenceFileError
        When the step is told to go without it.
    """
    from strun.datamodels.covering import covering_window, rows_of

    reference = step.open_reference(model, reftype, kind, needed=False)
    if reference is None:
        raise ReferenceFileError(
            f"{step.class_alias} needs a {reftype.upper()} reference, and N/A was chosen; give "
            f"{step.option(f'override_{reftype}')} FILE, or {step.option('skip')}"
        )
    rows = rows_of(reference, array, covering_window(model, reference, array=array))
    return rows, reference
