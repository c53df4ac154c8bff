"""Many exposures in one call: looked at before, run by workers, resumed, and reported on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from strun.batch.calling import run
    from strun.batch.report import Report

__all__ = ["Report", "run"]


def __getattr__(name: str) -> Any:  # noqa: ANN401
    # the command line needs neither for one exposure, nor all of them for many
    if name == "run":
        from strun.batch.calling import run

        return run
    if name == "Report":
        from strun.batch.report import Report

        return Report
    raise AttributeError(f"module {__name__} has no attribute {name}")
