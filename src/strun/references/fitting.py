"""Whether a reference is for an exposure, by the keywords of both."""

from __future__ import annotations

import os
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from strun.errors import ReferenceMismatchError
from strun.logs import get_logger

if TYPE_CHECKING:
    from strun.datamodels.model import JwstDataModel
    from strun.datamodels.reference import ReferenceFileModel

__all__ = ["CHECKS", "Check", "check_fits"]

log = get_logger("jwst.stpipe.references")

_TELESCOPE = "JWST"
_ANY = frozenset({"", "N/A", "ANY", "ALL", "GENERIC"})


class Check(NamedTuple):
    """A keyword in which a reference and an exposure must agree, in words, and in their `meta`."""

    keyword: str
    words: str
    path: str


CHECKS = (
    Check("INSTRUME", "instrument", "instrument.name"),
    Check("DETECTOR", "detector", "instrument.detector"),
)


def _differs(wanted: str | None, found: str | None) -> bool:
    if wanted is None or found is None or found.upper() in _ANY:
        return False
    return wanted.upper() not in found.upper().split("|")


def check_fits(
    model: JwstDataModel, reference: ReferenceFileModel, *, name: str, allow: bool
) -> None:
    """
    Check that a reference is of the right kind, and for the exposure by all of `CHECKS`.

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
    faults = [
        f"{who}: TELESCOP is {each.meta.telescope}, expected {_TELESCOPE}; give a file of it or "
        "--allow-mismatch"
        for who, each in ((exposure, model), (name, reference))
        if _differs(_TELESCOPE, each.meta.telescope)
    ]
    reftype = reference.meta.reftype
    missing = [] if reftype is not None else ["REFTYPE"]
    if _differs(reference.reftype, reftype):
        faults.append(
            f"{name}: REFTYPE is {reftype}, expected {reference.reftype}; give a "
            f"{reference.reftype.lower()} reference"
        )
    for keyword, words, path in CHECKS:
        wanted, found = (attrgetter(path)(each.meta) for each in (model, reference))
        if found is None:
            missing.append(keyword)
        elif wanted is None and found.upper() not in _ANY:
            log.warning("%s has no %s, %s is for %s", exposure, keyword, name, found)
        elif _differs(wanted, found):
            faults.append(
                f"{name}: the reference is for {words} {found}, the exposure {exposure} is "
                f"{wanted}; give a {wanted} reference or --allow-mismatch"
            )
    if reference.file is not None and missing:
        log.warning("%s has no %s: it is taken as fitting", name, " and no ".join(missing))
    for fault in faults:
        if not allow:
            raise ReferenceMismatchError(fault)
        log.warning(fault)
