"""One job: errors of all kinds become data."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from batch_steps import OddStep, OldStep

from jwst.dq_init import DQInitStep
from jwst.stpipe import Step
from strun.batch.execution import LogCollector, execute, log_again, log_level
from strun.batch.jobs import DONE, FAILED, Job, file_version
from strun.batch.recipe import Recipe
from strun.logs import NAMES


def job(path: Path | str, step: Step, **more: object) -> Job:
    return replace(Job(0, str(path), Recipe.of(step)), **more)


def mask_step() -> DQInitStep:
    return DQInitStep(override_mask="mask.fits")


def test_a_job_that_is_done_has_numbers(three: list[Path]) -> None:
    result = execute(job(three[0], mask_step()))
    assert (result.outcome, result.status, result.product) == (DONE, "COMPLETE", "a_dq_init.fits")
    assert result.seconds > 0
    assert result.peak > 1_000_000
    assert result.worker == f"{os.uname().nodename}:{os.getpid()}"
    numbers = result.effects["DQInitStep"].numbers
    assert numbers["pixels"] == 12 * 16
    assert {type(value) for value in numbers.values()} <= {int, float, list, dict}


def test_a_users_mistake_is_one_line(three: list[Path]) -> None:
    result = execute(job("none.fits", mask_step()))
    assert (result.outcome, result.error_kind) == (FAILED, "InputNotFoundError")
    assert result.error == "none.fits: no such file; check the name and the folder"
    assert result.trace == ""


def test_another_error_is_named_with_its_kind(three: list[Path]) -> None:
    result = execute(job(three[1], OddStep(), trace=True))
    assert result.error == f"{three[1]}: ZeroDivisionError: no way"
    assert "Traceback" in result.trace


def test_too_little_memory_is_said(three: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(OldStep, "process", fails)
    result = execute(job(three[0], OldStep()))
    assert result.error == f"{three[0]}: not enough memory"


def test_a_product_of_a_lost_worker_is_left_alone(three: list[Path]) -> None:
    execute(job(three[0], mask_step()))
    first = file_version("a_dq_init.fits")
    again = job(three[0], mask_step(), product="a_dq_init.fits", before=None, retried=True)
    result = execute(again)
    assert (result.outcome, result.product) == (DONE, "a_dq_init.fits")
    assert file_version("a_dq_init.fits") == first


@pytest.mark.parametrize("known", [True, False])
def test_a_product_that_was_there_before_is_made_again(three: list[Path], known: bool) -> None:
    execute(job(three[0], mask_step()))
    first = file_version("a_dq_init.fits")
    # `before` is what the batch found, `retried` says that a worker was lost
    more = {"before": first, "retried": True} if known else {"retried": False}
    execute(job(three[0], mask_step(), product="a_dq_init.fits", **more))
    assert file_version("a_dq_init.fits") != first


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """Leave the loggers as they were."""
    loggers = [logging.getLogger(name) for name in (*NAMES, "mypackage")]
    before = [(logger.level, [*logger.handlers]) for logger in loggers]
    yield
    for logger, (level, handlers) in zip(loggers, before, strict=True):
        logger.setLevel(level)
        logger.handlers[:] = handlers


def test_lines_of_a_worker_are_data() -> None:
    collector = LogCollector()
    collector.attach(("mypackage",), logging.INFO)
    logging.getLogger("jwst").info("before the job")
    lines = collector.begin()
    logging.getLogger("jwst.linearity").info("%d pixels", 7)
    logging.getLogger("mypackage.step").warning("odd")
    logging.getLogger("jwst").debug("not wanted")
    logging.getLogger("other").error("of nobody's interest")
    assert [line[1:] for line in lines] == [
        ("jwst.linearity", logging.INFO, "7 pixels"),
        ("mypackage.step", logging.WARNING, "odd"),
    ]


@pytest.mark.parametrize(("by_thread", "texts"), [(True, ["mine"]), (False, ["mine", "another's"])])
def test_threads_have_lines_of_their_own_when_each_runs_jobs(
    by_thread: bool, texts: list[str]
) -> None:
    collector = LogCollector(by_thread=by_thread)
    collector.attach((), logging.INFO)
    lines = collector.begin()
    logging.getLogger("jwst").info("mine")
    thread = threading.Thread(target=logging.getLogger("jwst").info, args=("another's",))
    thread.start()
    thread.join()
    assert [text for *_, text in lines] == texts


def test_lines_are_logged_again_with_their_time(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        log_again([(123.5, "jwst.linearity", logging.INFO, "100 % done")])
    (record,) = caplog.records
    assert (record.name, record.getMessage()) == ("jwst.linearity", "100 % done")
    assert (record.created, record.msecs) == (123.5, 500)


def test_the_level_is_that_of_the_package() -> None:
    logger = logging.getLogger("jwst")
    before = logger.level
    try:
        logger.setLevel(logging.ERROR)
        assert log_level() == logging.ERROR
    finally:
        logger.setLevel(before)
