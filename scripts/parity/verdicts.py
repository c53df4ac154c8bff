"""Judge what both programs did with a case."""

from __future__ import annotations

from typing import NamedTuple

from parity.case import BOTH_REFUSE, JWST_REFUSES, SAME, WE_REFUSE, Case
from parity.products import compare_products
from parity.running import Outcome


class Verdict(NamedTuple):
    """One line of the report.

    Attributes
    ----------
    name, way : str
        The case, and how our program was started.
    expected : str
        What the two programs should do (`Case.expect`).
    differences : list of str
        Everything unintended; empty when all is well.
    note : str
        What to know when all is well (how jwst refused, times).
    """

    name: str
    way: str
    expected: str
    differences: list[str]
    note: str = ""


def judge(case: Case, way: str, ours: Outcome, theirs: Outcome, mended: Outcome | None) -> Verdict:
    """Compare outcomes: `theirs` is jwst on the same files, `mended` on those put right."""
    alone = judge_expectation(case, theirs, mended)
    wrong = list(alone.differences)
    if case.expect in (BOTH_REFUSE, WE_REFUSE):
        wrong.extend(judge_refusal(ours))
    else:
        found = _same(ours, mended if case.expect == JWST_REFUSES else theirs)
        # keywords that were put right for jwst stay as they came in our product
        changed = tuple(f"PRIMARY,1: {key} is" for key in case.keywords if case.mended)
        wrong.extend(line for line in found if not line.startswith(changed))
    return Verdict(case.name, way, case.expect, wrong, alone.note)


def judge_expectation(case: Case, theirs: Outcome, mended: Outcome | None) -> Verdict:
    """Judge jwst alone: whether it refuses a case when, and only when, it was expected to."""
    wrong: list[str] = []
    refuses = case.expect in (BOTH_REFUSE, JWST_REFUSES)
    if refuses != bool(theirs.error):
        wrong.append(f"jwst: {theirs.error or 'a product'}; expected: {case.expect}")
    if mended is not None and mended.error:
        wrong.append(f"jwst on the files put right: {mended.error}")
    note = f"jwst: {theirs.error[:60]}" if refuses else ""
    return Verdict(case.name, "jwst alone", case.expect, wrong, note)


def judge_lines(name: str, ours: str, theirs: str) -> Verdict:
    """Compare what lines of Python gave in both; our errors may be of more kinds than jwst's."""
    same = ours == theirs or (set(theirs.split()) <= set(ours.split()) and theirs.endswith("Error"))
    return Verdict(name, "lines", SAME, [] if same else [f"{ours}; jwst: {theirs}"])


def judge_products(name: str, way: str, ours: Outcome, theirs: Outcome) -> Verdict:
    """Compare two outcomes that must be the same product."""
    return Verdict(name, way, SAME, _same(ours, theirs))


def judge_refusal(ours: Outcome) -> list[str]:
    """Return what is wrong with a refusal: it is one line and leaves nothing behind."""
    wrong = []
    if not ours.error:
        wrong.append("we made a product instead of refusing")
    if ours.leftovers:
        wrong.append(f"refused, but left {', '.join(ours.leftovers)}")
    if "Traceback" in ours.error or "\n" in ours.error:
        wrong.append(f"refused with more than one line: {ours.error[-200:]}")
    return wrong


def _same(ours: Outcome, theirs: Outcome | None) -> list[str]:
    if theirs is None or theirs.product is None:
        return [f"jwst failed: {theirs.error if theirs else 'not run'}"]
    if ours.product is None:
        return [f"we failed: {ours.error}"]
    return compare_products(ours.product, theirs.product)
