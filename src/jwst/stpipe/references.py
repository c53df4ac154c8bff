"""Reference files of an exposure: where they come from, and whether they fit."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from jwst.errors import ReferenceFileError, ReferenceMismatchError, ReferenceNotFoundError
from jwst.stpipe.logs import get_logger

if TYPE_CHECKING:
    from jwst.datamodels.model import JwstDataModel
    from jwst.datamodels.reference import ReferenceFileModel

    Reference = TypeVar("Reference", bound=ReferenceFileModel)

__all__ = ["NOT_APPLICABLE", "Choice", "check_fits", "choose", "open_reference"]

log = get_logger(__name__)

NOT_APPLICABLE = "N/A"
_ANY = frozenset({"", "N/A", "ANY", "ALL", "GENERIC"})


class Choice(NamedTuple):
    """A reference that was chosen: a path, a model or N/A, and what the product says of it."""

    reference: Any
    name: str
    reason: str


def choose(reftype: str, override: Any) -> Choice:  # noqa: ANN401
    """
    Choose the reference of a kind.

    Parameters
    ----------
    reftype : str
        Kind of reference in lower case, as 'mask'.
    override : str, JwstDataModel or None
        What the user gave.

    Raises
    ------
    ReferenceNotFoundError
        When nothing was given, or there is no such file.
    """
    if override == "":
        # a step may do without a reference of this kind
        return Choice("", "", "left out")
    if override is None:
        raise ReferenceNotFoundError(
            f"no {reftype} reference was given: add --override_{reftype} FILE "
            f"(or --override_{reftype} N/A to skip the step)"
        )
    if not isinstance(override, str):
        name = getattr(override, "override_handle", type(override).__name__)
        return Choice(override, name, "override, a model")
    if override.strip() == NOT_APPLICABLE:
        return Choice(NOT_APPLICABLE, NOT_APPLICABLE, "override")
    path = os.path.abspath(override)
    if not os.path.exists(path):
        raise ReferenceNotFoundError(
            f"{override}: no such {reftype} reference file; check --override_{reftype}"
        )
    return Choice(path, os.path.basename(path), "override")


def open_reference(choice: Choice, kind: type[Reference], *, reftype: str) -> Reference:
    """
    Return the model of a chosen reference.

    Raises
    ------
    ReferenceFileError
        When the file cannot be read, in words that say it is the reference.
    """
    if isinstance(choice.reference, kind):
        return choice.reference
    try:
        return kind(choice.reference)
    except (ValueError, OSError) as err:
        raise ReferenceFileError(f"{reftype} reference {err}") from err


def _differs(wanted: str | None, found: str | None) -> bool:
    if wanted is None or found is None or found.upper() in _ANY:
        return False
    return wanted.upper() not in found.upper().split("|")


def check_fits(
    model: JwstDataModel, reference: ReferenceFileModel, *, name: str, allow: bool
) -> None:
    """
    Check that a reference is of the right kind and for the exposure's instrument and detector.

    Parameters
    ----------
    model : JwstDataModel
        The exposure.
    reference : ReferenceFileModel
        What it is to be corrected with. Keywords that it does not have are no fault.
    name : str
        The reference's name, for messages.
    allow : bool
        Only warn of a mismatch.

    Raises
    ------
    ReferenceMismatchError
        When it does not fit.
    """
    exposure = os.path.basename(model.file.path) if model.file else "the exposure"
    faults = []
    if _differs(reference.reftype, reference.meta.reftype):
        faults.append(
            f"{name}: REFTYPE is {reference.meta.reftype}, expected {reference.reftype}; give a "
            f"{reference.reftype.lower()} reference"
        )
    for word in ("name", "detector"):
        wanted = getattr(model.meta.instrument, word)
        found = getattr(reference.meta.instrument, word)
        if _differs(wanted, found):
            what = "instrument" if word == "name" else "detector"
            faults.append(
                f"{name}: the reference is for {what} {found}, the exposure {exposure} is "
                f"{wanted}; give a {wanted} reference or --allow-mismatch"
            )
    for fault in faults:
        if not allow:
            raise ReferenceMismatchError(fault)
        log.warning(fault)
