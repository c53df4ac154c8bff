"""Whether a product is what a run would make now, by the record in its header."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strun.blockio.cards import Header
from strun.blockio.source import FitsFile
from strun.blockio.values import Value
from strun.errors import StrunError
from strun.provenance import record

if TYPE_CHECKING:
    from strun.datamodels.model import JwstDataModel
    from strun.steps.step import Step

__all__ = ["differences", "expected"]


def expected(
    step: Step,
    model: JwstDataModel,
    *,
    source: str,
    product: str | None,
    older: str | None = None,
) -> record.Record:
    """
    Return the record that a run would write, with the sums of all references.

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
    from strun.provenance.provenance import SOFTWARE

    _choose_references(step, model, _header(older) if older and step.substeps else None)
    made = record.take(step, model, source=source, product=product)
    made.finish()
    made.cards["CAL_VER"] = record.Card(SOFTWARE, "")
    return made


def _choose_references(step: Step, model: JwstDataModel, older: Header | None) -> None:
    if step.skip:
        return
    for each in step.substeps.values():
        _choose_references(each, model, older)
    for reftype in step.reference_file_types if not step.substeps else ():
        if older is None or record.name_keyword(reftype) in older:
            step.get_reference_file(model, reftype)


def _header(product: str) -> Header:
    try:
        with FitsFile.open(product) as file:
            return file.hdus[0].header
    except (StrunError, OSError):
        # that it cannot be read will be a difference
        return Header()


def differences(made: record.Record, product: str) -> list[str]:
    """
    Return in what a product differs from one that would be made now.

    Parameters
    ----------
    made : Record
        From `expected`.
    product : str
        A file that may be that product.

    Returns
    -------
    list of str
        Keyword, what it says, and what it would say; empty when the product need not be made
        again. A file that cannot be read, or is cut, is a difference.
    """
    try:
        with FitsFile.open(product) as file:
            header = file.hdus[0].header
            found = {k: header.get(k) for k in {*made.cards, *record.earlier(header)}}
    except (StrunError, OSError) as err:
        return [str(err)]
    wanted = {keyword: card.value for keyword, card in made.cards.items()}
    return [
        f"{keyword} was {found.get(keyword)}, is {wanted.get(keyword)}"
        for keyword in sorted(found)
        if _meant(keyword, found.get(keyword)) != _meant(keyword, wanted.get(keyword))
    ]


def _meant(keyword: str, value: Value) -> Value:
    """Return what makes a difference of a value: who said a parameter does not."""
    if keyword.startswith(record.PARAMETER) and isinstance(value, str):
        return value.rpartition(" (")[0]
    return value
