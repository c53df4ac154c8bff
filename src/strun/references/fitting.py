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

log = get_logger("jwst.stpipe.references")

_TELESCOPE = "JWST"
_EXPOSURES = ("Level1bModel", "RampModel", "SuperstripeRampModel", "GuiderRawModel")
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


def check_telescope(model: JwstDataModel, *, allow: bool) -> None:
    """
    Check that an exposure or a reference is of JWST, if it says what it is of.

    Another one raises ReferenceMismatchError, unless a mismatch is allowed: then it is warned of.
    """
    found = model.meta.telescope
    if _differs(_TELESCOPE, found):
        who = os.path.basename(model.label)
        _say(
            f"{who}: TELESCOP is {found}, expected {_TELESCOPE}; give a file of it or "
            "--allow-mismatch",
            allow=allow,
        )


def _say(fault: str, *, allow: bool) -> None:
    if not allow:
        raise ReferenceMismatchError(fault)
    log.warning(fault)


def check_fits(
    model: JwstDataModel, reference: ReferenceFileModel, *, name: str, allow: bool
) -> None:
    """
    Check that a reference is of the right kind, and for the exposure by all of `CHECKS`.

    Keywords that the reference does not have are no fault; messages call it `name`. One that does
    not fit raises ReferenceMismatchError, unless a mismatch is allowed: then it is warned of.
    """
    exposure = os.path.basename(model.file.path) if model.file else "the exposure"
    for each in (model, reference):
        check_telescope(each, allow=allow)
    faults = []
    reftype, kind = reference.meta.reftype, reference.reftype.lower()
    missing = [] if reftype is not None else ["REFTYPE"]
    if _differs(reference.reftype, reftype):
        faults.append(
            f"{name}: REFTYPE is {reftype}, expected {reference.reftype}; give "
            f"{'an' if kind[0] in 'aeiou' else 'a'} {kind} reference"
        )
    said = None if reference.file is None else reference.file.hdus[0].header.get("DATAMODL")
    if reftype is None and said in _EXPOSURES:
        faults.append(
            f"{name}: REFTYPE is missing and DATAMODL is {said}: an exposure, expected a reference "
            f"of type {reference.reftype}; give one or --allow-mismatch"
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
        _say(fault, allow=allow)
