"""What a step did to an exposure, in numbers: from the counts of its correction to one line.

The names of counts that are understood:

==================== ===========================================================================
pixels               pixels of the exposure
flags, flags_new     pixels by flag, lowest bit first, after the step and new ones; 32 numbers
pixels_flagged       pixels with any flag after the step (with `flags`)
samples              samples looked at
samples_saturated    left as they were because saturated
samples_without      left as they were because their pixel has no polynomial, and not saturated
pixels_flagged,
pixels_nan,
pixels_zero          (with `samples`) pixels without a polynomial: flagged by the reference, with
                     a NaN coefficient, with a zero linear term
max_change           largest relative change of a sample from 100 DN on, of either sign
median_change,
samples_median       the median of a sample of these changes, and how many it is of
==================== ===========================================================================

All others are passed on as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from strun.datamodels import dqflags

__all__ = ["effect_brief", "effect_line", "summarize"]

_CAUSES = {"flagged": "flagged", "nan": "NaN", "zero": "no linear term"}


def _share(part: float, total: float) -> float:
    return part / total if total else 0.0


def _flags(counts: Mapping[str, Any]) -> dict[str, Any]:
    names = {bit: name for name, bit in dqflags.pixel.items()}
    pixels = int(counts["pixels"])
    found = zip(counts["flags"], counts["flags_new"], strict=True)
    return {
        "pixels": pixels,
        "pixels_flagged": counts["pixels_flagged"],
        "fraction_flagged": _share(counts["pixels_flagged"], pixels),
        "flags": {
            names[1 << bit]: {"new": new, "total": total, "fraction": _share(total, pixels)}
            for bit, (total, new) in enumerate(found)
            if total
        },
    }


def _samples(counts: Mapping[str, Any]) -> dict[str, Any]:
    samples = int(counts["samples"])
    saturated = int(counts.get("samples_saturated", 0))
    causes = {name: int(counts.get(f"pixels_{name}", 0)) for name in _CAUSES}
    pixels = int(counts.get("pixels", 0))
    without = counts.get("samples_without")
    corrected = None if without is None else samples - saturated - int(without)
    return {
        "samples": samples,
        "samples_corrected": corrected,
        "fraction_corrected": None if corrected is None else _share(corrected, samples),
        "samples_saturated": saturated,
        "fraction_saturated": _share(saturated, samples),
        "samples_without_polynomial": without,
        "pixels": pixels,
        "pixels_no_lin_corr": {"total": sum(causes.values()), **causes},
        "fraction_no_lin_corr": _share(sum(causes.values()), pixels),
        "max_change": counts.get("max_change"),
        "median_change": counts.get("median_change"),
        "samples_median": counts.get("samples_median", 0),
    }


def summarize(counts: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return what a step did as names and numbers, fit for JSON.

    Parameters
    ----------
    counts : mapping
        What its correction counted (`Step.counts`, `Outcome.counts`).

    Returns
    -------
    dict
        Fractions are of 1, relative changes too.
    """
    if "flags" in counts and "flags_new" in counts:
        return _flags(counts)
    if "samples" in counts:
        return _samples(counts)
    return dict(counts)


def _percent(share: float) -> str:
    if 0 < share < 1e-4:
        return "under 0.01 %"
    if share < 1 and share > 0.9999:
        return "over 99.99 %"
    return f"{100 * share:.3g} %"


def _flags_line(effect: Mapping[str, Any]) -> str:
    flags: dict[str, dict[str, float]] = effect["flags"]
    if not flags:
        return f"no flag in any of {effect['pixels']:,} pixels"
    all_new = all(flag["new"] == flag["total"] for flag in flags.values())
    parts = []
    for name, flag in sorted(flags.items(), key=lambda item: -item[1]["total"]):
        new = "" if all_new else f" ({flag['new']:,} new)"
        parts.append(f"{name} {flag['total']:,}{new}")
    share = _percent(effect["fraction_flagged"])
    told = f"{effect['pixels_flagged']:,} of {effect['pixels']:,} pixels flagged ({share}"
    return f"{told}{', all new' if all_new else ''}): {', '.join(parts)}"


def _samples_line(effect: Mapping[str, Any]) -> str:
    parts = [f"{effect['samples']:,} samples looked at"]
    if effect["samples_corrected"] is not None:
        share = _percent(effect["fraction_corrected"])
        counted = f"{effect['samples_corrected']:,} of {effect['samples']:,}"
        parts = [f"{counted} samples corrected ({share})"]
    if effect["max_change"] is not None:
        parts.append(f"by at most {_percent(effect['max_change'])} from 100 DN on")
    if effect["median_change"] is not None:
        of = f"the median of {effect['samples_median']:,} of them"
        parts.append(f"{_percent(effect['median_change'])} in {of}")
    line = ", ".join(parts)
    line += f"; {effect['samples_saturated']:,} left because saturated"
    pixels = effect["pixels_no_lin_corr"]
    causes = [f"{pixels[name]:,} {text}" for name, text in _CAUSES.items() if pixels[name]]
    why = f" ({', '.join(causes)})" if causes else ""
    return f"{line}; {pixels['total']:,} pixels NO_LIN_CORR{why}"


def effect_line(counts: Mapping[str, Any]) -> str:
    """
    Return what a step did in one line for a person, empty when nothing was counted.

    Parameters
    ----------
    counts : mapping
        What its correction counted.
    """
    effect = summarize(counts)
    if not effect:
        return ""
    if "fraction_flagged" in effect:
        return _flags_line(effect)
    if "fraction_corrected" in effect:
        return _samples_line(effect)
    numbers = {n: v for n, v in effect.items() if isinstance(v, int | float)}
    return ", ".join(f"{name.replace('_', ' ')} {value:,}" for name, value in numbers.items())


def effect_brief(counts: Mapping[str, Any]) -> str:
    """Return what a step did in a few words for a column of a table, from the same counts."""
    effect = summarize(counts)
    for share, word in (("fraction_flagged", "flagged"), ("fraction_corrected", "corrected")):
        if effect.get(share) is not None:
            return f"{_percent(effect[share])} {word}"
    return effect_line(counts)
