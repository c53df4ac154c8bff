"""Random valid exposures: whatever the designed cases did not think of."""

from __future__ import annotations

from typing import Any

import numpy as np
from synthetic import MODES, Content

from parity.case import Case

CHOICES = ("PIXELDQ", "GROUPDQ", "ERR", "ZEROFRAME", "REFOUT", "GROUP", "INT_TIMES", "UNKNOWN")


def random_cases(count: int, seed: int) -> list[Case]:
    """Return `count` cases; the same ones for the same seed."""
    return [_case(number, np.random.default_rng((seed, number))) for number in range(count)]


def _case(number: int, rng: np.random.Generator) -> Case:
    step = "dq_init" if number % 2 else "linearity"
    modes = [name for name, mode in MODES.items() if step == "dq_init" or not mode.is_guider]
    mode = str(rng.choice(modes))
    shape = (int(rng.integers(3, 150)), int(rng.integers(3, 150)))
    # Guider frames lie anywhere; a part of one keeps the real corner.
    corner = (int(rng.integers(1, 60)), int(rng.integers(1, 60)))
    guider = MODES[mode].is_guider
    return Case(
        f"random-{number}",
        step,
        mode,
        shape=shape,
        corner=corner,
        content=_content(rng, guider),
        reference=_reference(rng, step, shape, corner),
        quick=number < 8,
    )


def _content(rng: np.random.Generator, guider: bool) -> Content:
    dtype = "uint16" if rng.random() < 0.3 else "float32"
    allowed: tuple[str, ...] = ("DQ", "ERR", "UNKNOWN") if guider else CHOICES
    if dtype == "uint16":
        allowed = tuple(name for name in allowed if name not in ("PIXELDQ", "GROUPDQ", "DQ", "ERR"))
    hdus = tuple(name for name in allowed if rng.random() < 0.5)
    return Content(
        int(rng.integers(1, 6)),
        int(rng.integers(1, 8)),
        dtype,
        (*hdus, "ASDF"),
        odd=bool(rng.random() < 0.3),
        user_cards=bool(rng.random() < 0.3),
    )


def _reference(
    rng: np.random.Generator, step: str, shape: tuple[int, int], corner: tuple[int, int]
) -> dict[str, Any]:
    left, below = (int(rng.integers(0, first)) for first in corner)
    right, above = int(rng.integers(0, 40)), int(rng.integers(0, 40))
    reference: dict[str, Any] = {
        "corner": (corner[0] - left, corner[1] - below),
        "shape": (shape[0] + below + above, shape[1] + left + right),
        "definitions": str(rng.choice(["none", "standard", "permuted", "unknown", "shared"])),
    }
    if step == "linearity":
        reference["terms"] = int(rng.integers(2, 11))
        reference["inverse_terms"] = int(rng.choice([0, 0, 3, 6]))
        reference["spoiled"] = bool(rng.random() < 0.8)
    return reference
