"""Colours that everybody can tell apart."""

from __future__ import annotations

from collections.abc import Mapping

# A flag has one colour in every picture, and none has that of another. The commonest have those
# of Okabe and Ito (2008), Color Universal Design, without yellow, which is lost on a light
# ground; then those of P. Tol (2021), Colour Schemes; the others what is left.
FLAGS = {
    "DO_NOT_USE": "#CC79A7",
    "SATURATED": "#CC3311",
    "JUMP_DET": "#AA4499",
    "DROPOUT": "#AD494A",
    "OUTLIER": "#843C39",
    "PERSISTENCE": "#6B6ECF",
    "AD_FLOOR": "#8CA252",
    "CHARGELOSS": "#BD9E39",
    "RESERVED": "#C7C7C7",
    "NON_SCIENCE": "#A8A8A8",
    "DEAD": "#000000",
    "HOT": "#D55E00",
    "WARM": "#E69F00",
    "LOW_QE": "#009E73",
    "RC": "#882255",
    "TELEGRAPH": "#999933",
    "NONLINEAR": "#8C6D31",
    "BAD_REF_PIXEL": "#1B3A5C",
    "NO_FLAT_FIELD": "#9C9EDE",
    "NO_GAIN_VALUE": "#CE6DBD",
    "NO_LIN_CORR": "#0072B2",
    "NO_SAT_CHECK": "#637939",
    "UNRELIABLE_BIAS": "#7B4173",
    "UNRELIABLE_DARK": "#3D3D3D",
    "UNRELIABLE_SLOPE": "#332288",
    "UNRELIABLE_FLAT": "#5254A3",
    "OPEN": "#117733",
    "ADJ_OPEN": "#44AA99",
    "FLUX_ESTIMATED": "#17BECF",
    "MSA_FAILED_OPEN": "#E7969C",
    "OTHER_BAD_PIXEL": "#6E6E6E",
    "REFERENCE_PIXEL": "#56B4E9",
}
BEFORE, AFTER = "#D55E00", "#0072B2"
GOOD = "#F7F7F7"
MISSING = "#CC79A7"
IMAGE = "cividis"
ORDER = "plasma"
# amplifiers, and other lines that stand beside each other; Okabe and Ito again
LINES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")


def flag_colours(counts: Mapping[str, int]) -> dict[str, str]:
    """
    Return the colours of flags, in the order in which they are drawn.

    A pixel with several flags shows the one that says most: DO_NOT_USE is drawn first, then the
    commonest, and the rarest last.

    Parameters
    ----------
    counts : mapping of str to int
        Pixels by flag.
    """
    ranked = sorted(counts, key=lambda name: (name != "DO_NOT_USE", -counts[name]))
    return {name: FLAGS[name] for name in ranked}
