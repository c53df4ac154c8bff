"""A reference chosen from a folder by the headers of the files, as CRDS's rules would."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from strun.errors import ReferenceMismatchError, ReferenceNotFoundError
from strun.logs import get_logger
from strun.references.reference_index import KEYWORDS, Entry, listing, moment
from strun.references.reference_pack import named_in_manifest, require_checksum

log = get_logger("jwst.stpipe.reference_folder")

# of rules: CRDS lets ANY count as a match, and N/A (which GENERIC becomes) as none
_ANY = frozenset({"ANY", "ALL", "*"})
_GENERIC = frozenset({"GENERIC", "N/A"})
_FULL = "FULL"
_SHOWN = 4


class Chosen(NamedTuple):
    """A reference, and why it was chosen."""

    path: str
    reason: str


class _Fit(NamedTuple):
    """
    How well a reference fits an exposure.

    The weight is of keywords that match, as CRDS counts them; `exact` are those that match and are
    not ANY, `failing` those by which it does not fit.
    """

    entry: Entry
    weight: float
    exact: int
    failing: list[str]


def _weight(name: str, said: str | None, value: str) -> tuple[float, int] | None:
    """Return weight and exactness of one keyword, None when it does not match."""
    if said is None or said in _GENERIC or value == "N/A":
        return 0, 0
    if said in _ANY:
        return 1, 0
    choices = [each.strip() for each in said.split("|")]
    if value in choices:
        return 1, 1
    if any(each in _GENERIC for each in choices):
        return 0, 0
    if name == "SUBARRAY" and _FULL in choices:
        # the step cuts what it needs; any reference made for the subarray is better
        return -1, 0
    return None


def _fit(entry: Entry, wanted: Mapping[str, str]) -> _Fit:
    found = {n: _weight(n, entry.values.get(n), wanted.get(n, "")) for n in KEYWORDS}
    weights = [each for each in found.values() if each is not None]
    weight, exact = sum(each[0] for each in weights), sum(each[1] for each in weights)
    return _Fit(entry, weight, exact, [name for name, each in found.items() if each is None])


def _observed(parameters: Mapping[str, Any]) -> datetime | None:
    date = parameters.get("meta.observation.date")
    time = parameters.get("meta.observation.time") or "00:00:00"
    # a date may have the time in it
    return moment(str(date)) if "T" in str(date) else moment(f"{date}T{time}") if date else None


def _names(found: Sequence[Entry]) -> str:
    names = [os.path.basename(entry.path) for entry in found]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _latest(fits: Sequence[_Fit], observed: datetime | None, folder: str) -> _Fit | None:
    """Return the fit with the latest USEAFTER that is not after the exposure."""
    if observed is None:
        if len(fits) > 1:
            raise ReferenceNotFoundError(
                f"{folder}: the exposure has no DATE-OBS to choose by between "
                f"{_names([fit.entry for fit in fits])}; give an --override"
            )
        return fits[0]
    held = [fit for fit in fits if fit.entry.useafter is None or fit.entry.useafter <= observed]
    if not held:
        return None
    first = datetime.min
    last = max(fit.entry.useafter or first for fit in held)
    best = [fit for fit in held if (fit.entry.useafter or first) == last]
    most = max(fit.exact for fit in best)
    best = [fit for fit in best if fit.exact == most]
    if len(best) > 1:
        raise ReferenceMismatchError(
            f"{folder}: {len(best)} references fit the exposure equally well: "
            f"{_names([fit.entry for fit in best])}; remove all but one, or give an --override"
        )
    return best[0]


def choose_from(folder: str, reftype: str, parameters: Mapping[str, Any]) -> Chosen:
    """
    Choose the reference of a kind, in lower case, for an exposure of these metadata.

    The keywords of `KEYWORDS` must match: a value of the reference is that of the exposure or one
    of a list ``A|B``; ANY matches everything, GENERIC, N/A and a missing keyword do not matter. The
    most matches win, as in CRDS; among equals the latest USEAFTER that is not after the exposure.
    SUBARRAY FULL serves every subarray that has no reference of its own.

    A `manifest.json` of a pack is trusted for the exposures that it names, and its checksums are
    checked. Raises ReferenceNotFoundError when none fits, ReferenceMismatchError when several fit
    equally well.
    """
    packed = named_in_manifest(folder, reftype, str(parameters.get("meta.filename") or ""))
    if packed is not None:
        return Chosen(require_checksum(folder, packed), f"{folder}: packed for this exposure")
    found = listing(folder)
    for fault in found.faults:
        # it may be the one that should be used
        log.warning("%s; it is left out of the references", fault)
    wanted = {
        name: str(parameters[key.path]).strip().upper()
        for name, key in KEYWORDS.items()
        if parameters.get(key.path) is not None
    }
    of_kind = [_fit(entry, wanted) for entry in found.entries if entry.reftype == reftype]
    fits = [fit for fit in of_kind if not fit.failing]
    observed = _observed(parameters)
    for weight in sorted({fit.weight for fit in fits}, reverse=True):
        best = _latest([fit for fit in fits if fit.weight == weight], observed, folder)
        if best is not None:
            return Chosen(require_checksum(folder, best.entry.path), _reason(folder, best, wanted))
    left_out = f"; left out: {'; '.join(found.faults[:_SHOWN])}" if found.faults else ""
    raise ReferenceNotFoundError(_nothing(folder, reftype, of_kind, wanted, observed) + left_out)


def _reason(folder: str, fit: _Fit, wanted: Mapping[str, str]) -> str:
    said = fit.entry.values
    same = [f"{n} {wanted[n]}" for n in KEYWORDS if n in wanted and wanted[n] == said.get(n)]
    since = f", since {fit.entry.useafter}" if fit.entry.useafter else ""
    return f"{folder}: {', '.join(same) or 'for any exposure'}{since}"


def _nothing(
    folder: str,
    reftype: str,
    of_kind: Sequence[_Fit],
    wanted: Mapping[str, str],
    observed: datetime | None,
) -> str:
    """Return in one line why no reference fits."""
    exposure = ", ".join(f"{name} {value}" for name, value in wanted.items())
    start = f"{folder}: no {reftype} reference for {exposure or 'the exposure'}"
    if not of_kind:
        return (
            f"{start}: none of its files has REFTYPE {reftype.upper()}; add one or give an override"
        )
    near = min(of_kind, key=lambda fit: len(fit.failing))
    entry, failing = near.entry, near.failing
    if failing:
        why = ", ".join(f"{each} is {entry.values[each]}" for each in failing)
    else:
        why = f"USEAFTER is {entry.useafter}, after the exposure of {observed}"
    name = os.path.basename(entry.path)
    return f"{start}: of {len(of_kind)} the nearest is {name}, whose {why}; add one that fits"
