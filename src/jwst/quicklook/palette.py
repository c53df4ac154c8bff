"""Colours that everybody can tell apart."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["AFTER", "BEFORE", "FLAGS", "GOOD", "IMAGE", "MISSING", "flag_colours"]

# Okabe and Ito (2008), Color Universal Design; without yellow, which is lost on a light ground.
# The same flag has the same colour in every picture.
FLAGS = {
    "DEAD": "#000000",
    "HOT": "#D55E00",
    "WARM": "#E69F00",
    "NO_LIN_CORR": "#0072B2",
    "REFERENCE_PIXEL": "#56B4E9",
    "LOW_QE": "#009E73",
    "DO_NOT_USE": "#CC79A7",
}
_GREYS = ("#5F5F5F", "#8F8F8F", "#B0B0B0")
BEFORE, AFTER = "#D55E00", "#0072B2"
GOOD = "#F7F7F7"
MISSING = "#CC79A7"
IMAGE = "cividis"


def flag_colours(counts: Mapping[str, int]) -> dict[str, str]:
    """
    Return the colours of flags, in the order in which they are drawn.

    A pixel with several flags shows the one that says most: DO_NOT_USE is drawn first, then the
    commonest, and the rarest last. Flags without a colour of their own are grey.

    Parameters
    ----------
    counts : mapping of str to int
        Pixels by flag.
    """
    ranked = sorted(counts, key=lambda name: (name != "DO_NOT_USE", -counts[name]))
    others = [name for name in ranked if name not in FLAGS]
    greys = {name: _GREYS[min(n, len(_GREYS) - 1)] for n, name in enumerate(others)}
    return {name: FLAGS.get(name) or greys[name] for name in ranked}
