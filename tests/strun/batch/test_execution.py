"""One job: errors of all kinds become data."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from batch_steps import OddStep, OldStep

from jwst.dq_init import DQInitStep
from jwst.stpipe import Step
from strun.batch.execution import execute
from strun.batch.jobs import DONE, FAILED, Job, file_version
from strun.batch.recipe import Recipe


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
