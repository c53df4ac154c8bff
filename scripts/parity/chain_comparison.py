"""Run the cases of the table through both programs, and judge."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from astropy.io import fits

from parity.case import BOTH_REFUSE, SAME, WE_REFUSE
from parity.chain_case import ChainCase, ChainInputs, make_chain_inputs, make_job
from parity.environments import Environment
from parity.probe import MISSING, missing_classes
from parity.products import compare_all, in_order
from parity.running import Job, Outcome, open_products, run_from_python, run_from_shell
from parity.steps import STEPS
from parity.verdicts import Verdict, judge_refusal

SHELL_EVERY = 24
Seen = Mapping[str, str]


class ChainComparison:
    """Cases with their files and what came of them, in one folder.

    Parameters
    ----------
    cases : sequence of ChainCase
        What to run.
    folder : Path
        Where inputs and products go.
    ours, oracle : Environment
        Of this package, and of jwst 3.0.0.
    say : callable
        Told what is going on.
    all_cases : bool
        Run jwst on the cases that this package has no step for, too.
    """

    def __init__(
        self,
        cases: Sequence[ChainCase],
        folder: Path,
        *,
        ours: Environment,
        oracle: Environment,
        say: Callable[[str], None],
        all_cases: bool,
    ) -> None:
        self.folder = folder
        self.ours = ours
        self.oracle = oracle
        self.say = say
        missing = _lacking(ours, cases)
        self.absent = [case for case in cases if missing.intersection(case.class_paths)]
        self.here = [case for case in cases if case not in self.absent]
        chosen = list(cases) if all_cases else self.here
        say(f"making {len(chosen)} exposures of the table, with references")
        make = partial(_make, folder=folder / "inputs")
        with multiprocessing.Pool() as pool:
            made = pool.map(make, chosen, chunksize=1)
        self.cases = chosen
        self.inputs: dict[str, ChainInputs] = dict(
            zip((case.name for case in chosen), made, strict=True)
        )
        self.theirs: dict[str, Outcome] = {}

    def run_oracle(self) -> None:
        """Run jwst from Python on every case."""
        self.say("jwst, from Python")
        jobs = [self._job(case, "jwst") for case in self.cases]
        self.theirs = run_from_python(self.oracle, jobs, self.folder / "jwst")

    def judge_oracle(self) -> list[Verdict]:
        """Judge jwst alone: each case does what its line in the table says."""
        return [_judge_oracle(case, self.theirs[case.name]) for case in self.cases]

    def judge_oracle_shell(self) -> list[Verdict]:
        """Run some cases through jwst's strun: the same products as from Python."""
        self.say("jwst, from the shell")
        every = [case for case in self.cases if not (case.refused or case.empty)]
        return self._judge("jwst strun", every[::SHELL_EVERY], partial(run_from_shell, self.oracle))

    def judge_ours(self) -> list[Verdict]:
        """Run our command and our steps from Python on the cases that we have steps for."""
        self.say("strun, from the shell")
        outcomes = self._outcomes("shell", self.here, partial(run_from_shell, self.ours))
        verdicts = self._verdicts("shell", self.here, outcomes)
        verdicts += self._judge_opening(outcomes)
        self.say("strun, from Python")
        run = partial(run_from_python, self.ours, folder=self.folder / "python")
        return verdicts + self._judge("python", self.here, run)

    def _judge_opening(self, ours: Mapping[str, Outcome]) -> list[Verdict]:
        """Open our products with jwst's data models and jwst's with ours: they see the same."""
        self.say("each program's data models on the other's products")
        pairs = {
            case.name: list(zip(*map(in_order, (mine.products, its.products)), strict=True))
            for case in self.here
            for mine, its in [(ours[case.name], self.theirs[case.name])]
            if len(mine.products) == len(its.products)
        }
        every = [pair for found in pairs.values() for pair in found]
        folder = self.folder / "opened"
        by_jwst = open_products(self.oracle, [mine for mine, _ in every], folder / "jwst")
        by_us = open_products(self.ours, [its for _, its in every], folder / "strun")
        return [
            _judge_models(name, [(by_jwst[str(mine)], by_us[str(its)]) for mine, its in found])
            for name, found in pairs.items()
            if found
        ]

    def report_absent(self) -> None:
        """Say which cases were left out, and for want of what."""
        missing: dict[str, int] = {}
        lacking = _lacking(self.ours, self.absent)
        for case in self.absent:
            first = next(path for path in case.class_paths if path in lacking)
            missing[first] = missing.get(first, 0) + 1
        for path, count in missing.items():
            self.say(f"{MISSING}: {path}, {count} case{'s' * (count > 1)}, not compared")

    def _judge(
        self,
        way: str,
        cases: Sequence[ChainCase],
        run: Callable[[list[Job]], dict[str, Outcome]],
    ) -> list[Verdict]:
        return self._verdicts(way, cases, self._outcomes(way, cases, run))

    def _outcomes(
        self,
        way: str,
        cases: Sequence[ChainCase],
        run: Callable[[list[Job]], dict[str, Outcome]],
    ) -> dict[str, Outcome]:
        return run([self._job(case, way.replace(" ", "-")) for case in cases])

    def _verdicts(
        self, way: str, cases: Sequence[ChainCase], outcomes: Mapping[str, Outcome]
    ) -> list[Verdict]:
        return [_judge(case, way, outcomes[case.name], self.theirs[case.name]) for case in cases]

    def _job(self, case: ChainCase, way: str) -> Job:
        return make_job(case, self.inputs[case.name], self.folder / way / case.name)


def _make(case: ChainCase, *, folder: Path) -> ChainInputs:
    return make_chain_inputs(case, folder / case.name)


def _lacking(ours: Environment, cases: Sequence[ChainCase]) -> frozenset[str]:
    return missing_classes(ours, (path for case in cases for path in case.class_paths))


def _judge(case: ChainCase, way: str, ours: Outcome, theirs: Outcome) -> Verdict:
    if case.refused:
        return Verdict(case.name, way, BOTH_REFUSE, judge_refusal(ours))
    if case.lacking and not way.startswith("jwst"):
        return Verdict(case.name, way, WE_REFUSE, judge_refusal(ours))
    if ours.error:
        wrong = [f"we failed: {ours.error}"]
    else:
        wrong = compare_all(ours.products, theirs.products)
    return Verdict(case.name, way, SAME, wrong)


def _judge_models(name: str, seen: Sequence[tuple[Seen, Seen]]) -> Verdict:
    """Judge what jwst's models saw in our products, and ours in jwst's."""
    wrong = [
        f"{key}: jwst's models see {by_jwst.get(key)} in our product, ours {by_us.get(key)} in its"
        for by_jwst, by_us in seen
        for key in {**by_jwst, **by_us}
        if by_jwst.get(key) != by_us.get(key) or key == "error"
    ]
    note = ", ".join(by_jwst.get("model", "") for by_jwst, _ in seen)
    return Verdict(name, "models", SAME, wrong, note)


def _judge_oracle(case: ChainCase, theirs: Outcome) -> Verdict:
    """Judge whether jwst refuses, skips and finishes what the table says, without errors."""
    wrong: list[str] = []
    note = ""
    if case.refused != bool(theirs.error):
        wrong.append(f"jwst: {theirs.error or 'a product'}; the table says otherwise")
    elif case.refused:
        note = f"jwst: {theirs.error[:60]}"
    elif case.drawn and not theirs.products:
        note = "no product"
    elif case.empty != (not theirs.products):
        wrong.append(f"jwst made {len(theirs.products)} products")
    elif not case.empty:
        wrong.extend(f"jwst logged: {text}" for text in theirs.logged)
        headers = [fits.getheader(path) for path in theirs.products if path.suffix == ".fits"]
        header = max(headers, key=lambda each: sum(key.startswith("S_") for key in each))
        states = {part: header.get(STEPS[part].keyword) for part in case.parts}
        expected = {part: "SKIPPED" if part in case.skipped else "COMPLETE" for part in states}
        if case.drawn:
            note = ", ".join(
                f"{part} {state}" for part, state in states.items() if state != "COMPLETE"
            )
        else:
            wrong.extend(
                f"jwst: {part} is {state}; the table says {expected[part]}"
                for part, state in states.items()
                if state != expected[part]
            )
    return Verdict(case.name, "jwst alone", SAME, wrong, note)
