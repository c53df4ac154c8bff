"""What linearity did, in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from strun.effects.effect import Effect, percent, share

_CAUSES = {"flagged": "flagged", "nan": "NaN", "zero": "no linear term"}


def effect_of(counts: Mapping[str, Any]) -> Effect:
    """
    Return what the polynomials did.

    Parameters
    ----------
    counts : mapping
        ``samples`` looked at; ``samples_saturated`` and, without a polynomial and not saturated,
        ``samples_without`` were left as they were. ``pixels`` of the exposure; those without a
        polynomial are ``pixels_flagged`` by the reference, or have a coefficient that is NaN,
        ``pixels_nan``, or a linear term of 0, ``pixels_zero``. ``max_change``: the largest
        relative change of a sample from 100 DN on, of either sign.
    """
    samples, pixels = int(counts["samples"]), int(counts.get("pixels", 0))
    saturated, without = (
        int(counts.get(f"samples_{each}", 0)) for each in ("saturated", "without")
    )
    causes = {name: int(counts.get(f"pixels_{name}", 0)) for name in _CAUSES}
    corrected, uncorrectable = samples - saturated - without, sum(causes.values())
    numbers = {
        "samples": samples,
        "samples_corrected": corrected,
        "fraction_corrected": share(corrected, samples),
        "samples_saturated": saturated,
        "fraction_saturated": share(saturated, samples),
        "samples_without_polynomial": without,
        "pixels": pixels,
        "pixels_no_lin_corr": {"total": uncorrectable, **causes},
        "fraction_no_lin_corr": share(uncorrectable, pixels),
        "max_change": counts.get("max_change"),
    }
    return Effect(numbers, _line(numbers), f"{percent(share(corrected, samples))} corrected")


def _line(numbers: Mapping[str, Any]) -> str:
    line = f"{numbers['samples_corrected']:,} of {numbers['samples']:,} samples corrected"
    line += f" ({percent(numbers['fraction_corrected'])})"
    if numbers["max_change"] is not None:
        line += f", by at most {percent(numbers['max_change'])} from 100 DN on"
    pixels = numbers["pixels_no_lin_corr"]
    causes = [f"{pixels[name]:,} {words}" for name, words in _CAUSES.items() if pixels[name]]
    why = f" ({', '.join(causes)})" if causes else ""
    line += f"; {numbers['samples_saturated']:,} left because saturated"
    return f"{line}; {pixels['total']:,} pixels NO_LIN_CORR{why}"
