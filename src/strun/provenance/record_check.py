"""Whether a product is what a run would make now, by the record in its header."""

from __future__ import annotations

from strun.blockio.source import FitsFile
from strun.blockio.values import Value
from strun.errors import StrunError
from strun.provenance import record

__all__ = ["differences"]


def differences(made: record.Record, product: str) -> list[str]:
    """
    Return in what a product differs from one that would be made now.

    Parameters
    ----------
    made : Record
        What a run would write now, finished.
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
