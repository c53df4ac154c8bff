"""What dq_init did, in numbers: flags by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from strun.datamodels import dqflags
from strun.effects.effect import Effect, percent, share


def effect_of(counts: Mapping[str, Any]) -> Effect:
    """
    Return what the flags of a mask did.

    Parameters
    ----------
    counts : mapping
        ``pixels`` of the exposure, ``pixels_flagged`` with any flag after the step, and the
        pixels by flag, lowest bit first: ``flags`` after the step, ``flags_new`` new ones.
    """
    names = {bit: name for name, bit in dqflags.pixel.items()}
    pixels, flagged = int(counts["pixels"]), counts["pixels_flagged"]
    found = zip(counts["flags"], counts["flags_new"], strict=True)
    flags: dict[str, dict[str, Any]] = {
        names[1 << bit]: {"new": new, "total": total, "fraction": share(total, pixels)}
        for bit, (total, new) in enumerate(found)
        if total
    }
    fraction = share(flagged, pixels)
    numbers = {
        "pixels": pixels,
        "pixels_flagged": flagged,
        "fraction_flagged": fraction,
        "flags": flags,
    }
    return Effect(numbers, _line(numbers, flags), f"{percent(fraction)} flagged")


def _line(numbers: Mapping[str, Any], flags: Mapping[str, Mapping[str, Any]]) -> str:
    pixels, flagged = numbers["pixels"], numbers["pixels_flagged"]
    if not flags:
        return f"no flag in any of {pixels:,} pixels"
    all_new = all(flag["new"] == flag["total"] for flag in flags.values())
    parts = []
    for name, flag in sorted(flags.items(), key=lambda item: -item[1]["total"]):
        new = "" if all_new else f" ({flag['new']:,} new)"
        parts.append(f"{name} {flag['total']:,}{new}")
    start = f"{flagged:,} of {pixels:,} pixels flagged ({percent(numbers['fraction_flagged'])}"
    return f"{start}{', all new' if all_new else ''}): {', '.join(parts)}"
