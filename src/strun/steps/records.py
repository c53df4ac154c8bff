"""The record of a step's run, and the one that a run would write now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strun.blockio.cards import Header
from strun.blockio.source import primary_header
from strun.class_path import class_path
from strun.errors import StrunError
from strun.parameters import values
from strun.provenance import record

if TYPE_CHECKING:
    from strun.blockio.source import FitsFile
    from strun.datamodels.model import JwstDataModel
    from strun.steps.step import Step


def record_of(
    step: Step,
    model: JwstDataModel,
    *,
    source: str | None,
    product: str | None = None,
    file: FitsFile | None = None,
) -> record.Record:
    """
    Return the record of a run.

    Parameters
    ----------
    step : Step
        With its parameters, and its references when they are chosen.
    model : JwstDataModel
        What the record is for.
    source : str or None
        The input, None when it was made in memory.
    product : str, optional
        The product, from which the path of the input is counted.
    file : FitsFile, optional
        The input as it is open; it may have been removed since then.
    """
    return record.take(
        model.header("PRIMARY"),
        step=class_path(type(step)),
        parameters=values.said(step),
        references={kind: choice.path for kind, choice in step.used_references().items()},
        source=source,
        product=product,
        opened=file.stat if file is not None else None,
        handed_on=step.handed_on,
    )


def expected(
    step: Step,
    model: JwstDataModel,
    *,
    source: str,
    product: str | None,
    older: str | None = None,
) -> record.Record:
    """
    Return the record that a run would write, with the checksums of all references.

    Parameters
    ----------
    step : Step
        With its parameters; its references are chosen, and not opened.
    model : JwstDataModel
        The exposure.
    source : str
        Its file.
    product : str or None
        Where the product would be; None for a step that works in memory.
    older : str, optional
        The product that is there. Which steps of a pipeline ran is told by the references in it.

    Raises
    ------
    ReferenceNotFoundError
        When a reference cannot be found.
    """
    from strun.provenance.keywords import SOFTWARE

    _choose_references(step, model, _header(older) if older and step.substeps else None)
    made = record_of(step, model, source=source, product=product)
    made.finish()
    made.cards["CAL_VER"] = record.Card(SOFTWARE, "")
    return made


def _choose_references(step: Step, model: JwstDataModel, older: Header | None) -> None:
    if step.skip:
        return
    for each in step.substeps.values():
        _choose_references(each, model, older)
    for reftype in step.asked_references(model) if not step.substeps else ():
        if older is None or record.name_keyword(reftype) in older:
            step.get_reference_file(model, reftype)


def _header(product: str) -> Header:
    try:
        return primary_header(product)
    except (StrunError, OSError):
        # that it cannot be read will be a difference
        return Header()
