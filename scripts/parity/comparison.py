"""The whole comparison: make the inputs, run both programs, judge, print."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from fnmatch import fnmatch
from functools import partial
from pathlib import Path

from parity.case import BOTH_REFUSE, SAME, Case, Inputs, make_inputs
from parity.environments import Environment
from parity.exchange import EXCHANGES, Exchange, make_references
from parity.model_cases import MODEL_CASES
from parity.running import Job, Outcome, run_from_python, run_from_shell, run_models
from parity.step_cases import STEP_CASES
from parity.verdicts import Verdict, judge, judge_expectation, judge_lines, judge_products

Outcomes = dict[str, Outcome]
Pair = tuple[Inputs, Inputs]

MENDED = "/mended"
# Every n-th case also goes through jwst's own strun, 2.6 seconds each.
SHELL_EVERY = 16


class Comparison:
    """Cases with their files and what came of them, in one folder.

    Parameters
    ----------
    cases : sequence of Case
        What to run.
    folder : Path
        Where inputs and products go.
    data : Path, optional
        Directory with the real exposures.
    ours, oracle : Environment
        Of this package, and of jwst 3.0.0.
    say : callable
        Told what is going on.
    """

    def __init__(
        self,
        cases: Sequence[Case],
        folder: Path,
        data: Path | None,
        *,
        ours: Environment,
        oracle: Environment,
        say: Callable[[str], None],
    ) -> None:
        self.cases = list(cases)
        self.folder = folder
        self.ours = ours
        self.oracle = oracle
        self.say = say
        say(f"making {len(self.cases)} exposures and references")
        make = partial(_make, folder=folder / "inputs", data=data)
        with multiprocessing.Pool() as pool:
            made = pool.map(make, self.cases, chunksize=1)
        self.inputs: dict[str, Pair] = dict(
            zip((case.name for case in self.cases), made, strict=True)
        )
        self.theirs: Outcomes = {}

    def run_oracle(self) -> None:
        """Run jwst from Python on every case, and on the mended files where there are some."""
        self.say("jwst, from Python")
        jobs = [self._job(case, "jwst", 0) for case in self.cases]
        jobs += [self._job(case, "jwst", 1, MENDED) for case in self.cases if case.mended]
        self.theirs = run_from_python(self.oracle, jobs, self.folder / "jwst")

    def judge_oracle_shell(self) -> list[Verdict]:
        """Run some cases through jwst's strun: the same products as from Python."""
        self.say("jwst, from the shell")
        chosen = [case for case in self.cases if case.expect == SAME][::SHELL_EVERY]
        jobs = [self._job(case, "jwst-shell", 0) for case in chosen]
        outcomes = run_from_shell(self.oracle, jobs)
        way = "jwst strun"
        return [
            judge_products(case.name, way, outcomes[case.name], self.theirs[case.name])
            for case in chosen
        ]

    def judge_oracle(self) -> list[Verdict]:
        """Judge jwst alone: every case makes or refuses a product as it should."""
        return [
            judge_expectation(case, self.theirs[case.name], self.theirs.get(case.name + MENDED))
            for case in self.cases
        ]

    def judge_python(self) -> list[Verdict]:
        """Run our steps from Python on every case."""
        self.say("strun, from Python")
        jobs = [self._job(case, "python", 0) for case in self.cases]
        return self._judge("python", run_from_python(self.ours, jobs, self.folder / "python"))

    def judge_shell(self) -> list[Verdict]:
        """Run our command on every case."""
        self.say("strun, from the shell")
        jobs = [self._job(case, "shell", 0) for case in self.cases]
        self.shell = run_from_shell(self.ours, jobs)
        return self._judge("shell", self.shell)

    def judge_exchanges(self, *, quick: bool) -> list[Verdict]:
        """Let each program read the other's products."""
        self.say("each program's next step on the other's products")
        chosen = [each for each in EXCHANGES if self._can_run(each) and (each.quick or not quick)]
        control = [self._exchange_job(each, "control", self.theirs) for each in chosen]
        by_jwst = [self._exchange_job(e, "by-jwst", self.shell) for e in chosen if not e.by_us]
        by_us = [self._exchange_job(e, "by-us", self.theirs) for e in chosen if e.by_us]
        expected = run_from_python(self.oracle, control, self.folder / "control")
        results = run_from_python(self.oracle, by_jwst, self.folder / "by-jwst")
        results |= run_from_shell(self.ours, by_us)
        return [
            judge_products(each.name, "next step", results[each.name], expected[each.name])
            for each in chosen
        ]

    def judge_models(self, pattern: str) -> list[Verdict]:
        """Run lines of Python on data models and steps in both."""
        self.say("data models and steps, from Python")
        every = (*MODEL_CASES, *STEP_CASES)
        chosen = [case for case in every if fnmatch(case.name, pattern)]
        folder = self.folder / "models"
        ours, theirs = (run_models(each, chosen, folder) for each in (self.ours, self.oracle))
        return [judge_lines(case.name, ours[case.name], theirs[case.name]) for case in chosen]

    def _judge(self, way: str, outcomes: Outcomes) -> list[Verdict]:
        return [
            judge(
                case,
                way,
                outcomes[case.name],
                self.theirs[case.name],
                self.theirs.get(case.name + MENDED),
            )
            for case in self.cases
        ]

    def _job(self, case: Case, way: str, whose: int, suffix: str = "") -> Job:
        made = self.inputs[case.name][whose]
        output_dir = self.folder / way / (case.name + suffix.replace("/", "-"))
        options = made.options if way.startswith("jwst") else {**made.options, **case.ours_only}
        return Job(case.name + suffix, case.class_path, made.exposure, output_dir, options)

    def _can_run(self, exchange: Exchange) -> bool:
        """Whether both programs made the product (with the mended files, for jwst)."""
        made = (
            self._product(exchange.source, self.theirs),
            self._product(exchange.source, self.shell),
        )
        return None not in made

    def _product(self, name: str, outcomes: Outcomes) -> Path | None:
        outcome = outcomes.get(name + MENDED) or outcomes.get(name)
        return outcome.product if outcome else None

    def _exchange_job(self, exchange: Exchange, way: str, outcomes: Outcomes) -> Job:
        product = self._product(exchange.source, outcomes)
        assert product is not None
        references = self.folder / "exchange" / exchange.folder
        options = make_references(exchange, product, references)
        output_dir = self.folder / way / exchange.folder
        return Job(exchange.name, exchange.class_path, product, output_dir, options)


def _make(case: Case, *, folder: Path, data: Path | None) -> Pair:
    return make_inputs(case, folder / case.name, data)


def report(verdicts: Sequence[Verdict], say: Callable[[str], None]) -> int:
    """Print a line for every verdict and the sum; return the number of bad ones."""
    width = max((len(verdict.name) for verdict in verdicts), default=0)
    for verdict in verdicts:
        state = "DIFFERS" if verdict.differences else "ok"
        expected = "" if verdict.expected == SAME else f"({verdict.expected}) "
        say(f"{state:8}{verdict.name:{width}}  {verdict.way:10} {expected}{verdict.note}".rstrip())
        for text in verdict.differences[:8]:
            say(f"            {text}")
    bad = sum(bool(verdict.differences) for verdict in verdicts)
    refused = sum(verdict.expected == BOTH_REFUSE for verdict in verdicts)
    cases = len({verdict.name for verdict in verdicts})
    say(f"{cases} cases, {len(verdicts)} comparisons ({refused} of refusals): {bad} differ")
    return bad
