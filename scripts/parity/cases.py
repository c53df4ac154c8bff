"""All cases, and the choice among them."""

from __future__ import annotations

from parity.case import Case
from parity.dq_init_cases import dq_init_cases
from parity.linearity_cases import linearity_cases
from parity.random_cases import random_cases


def choose_cases(*, quick: bool, with_data: bool, random: int, seed: int) -> list[Case]:
    """Return the cases to run.

    Parameters
    ----------
    quick : bool
        Only those marked for continuous integration.
    with_data : bool
        Whether the directory of real files is there; without it, their cases are left out.
    random, seed : int
        How many random cases, and which.
    """
    every = [*dq_init_cases(), *linearity_cases(), *random_cases(random, seed)]
    names = [case.name for case in every]
    assert len(set(names)) == len(names), "two cases have the same name"
    return [
        case for case in every if (case.quick or not quick) and (with_data or not case.template)
    ]
