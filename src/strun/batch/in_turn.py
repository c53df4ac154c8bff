"""Exposures that take a file on from each other: one after the other, in the order of time."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from strun.errors import ValidationError
from strun.logs import get_logger

if TYPE_CHECKING:
    from strun.batch.batch_options import BatchOptions
    from strun.batch.checked_input import CheckedInput
    from strun.batch.jobs import Job
    from strun.steps.prepared_run import PreparedRun

log = get_logger("jwst.batch")


class InTurn:
    """
    The order in which exposures take a file on from each other.

    Parameters
    ----------
    path : str
        The file.
    options : BatchOptions
        What the user asks for.

    Raises
    ------
    ValidationError
        When they are for a cluster, which has no order.
    """

    def __init__(self, path: str, options: BatchOptions) -> None:
        if options.scheduler is not None:
            raise ValidationError(
                f"--scheduler: each exposure takes {path} on from the one before, and a cluster "
                "runs them in any order; leave --scheduler out"
            )
        self.path = path
        self.options = options

    @staticmethod
    def check(run: PreparedRun, _: CheckedInput) -> dict[str, Any]:
        """Find out when an exposure began."""
        return {"start": run.model.meta.exposure.start_time or 0}

    def ordered(
        self, jobs: list[Job], exposures: Sequence[CheckedInput]
    ) -> tuple[list[Job], BatchOptions]:
        """Return jobs in their order, and options with one worker; say so when there are more."""
        if len(jobs) > 1:
            # what was not asked for otherwise need not be warned of
            level = logging.INFO if self.options.jobs == 1 else logging.WARNING
            log.log(
                level,
                "%s goes on from exposure to exposure: they run one after the other, by EXPSTART",
                self.path,
            )
        return (
            sorted(jobs, key=lambda job: exposures[job.index].start),
            self.options._replace(jobs=1),
        )
