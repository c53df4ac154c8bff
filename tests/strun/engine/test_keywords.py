"""Keywords that are known when all blocks are corrected."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest
from astropy.io import fits
from factories import make_ramp

from jwst.lastframe import LastFrameStep
from strun.datamodels.model import JwstDataModel
from strun.engine.correction import Block, Correction
from strun.steps.pipeline import Pipeline
from strun.steps.running import run_on_file
from strun.steps.step import Step

PATHS = ("meta.rscd.ngroups_skip_int1", "meta.exposure.primary_cosmic_rays")


class _Counting(Correction):
    """Counts samples; tells the number in one keyword, and leaves the other out."""

    changes = ("groupdq",)
    reserved = PATHS

    def samples(self, block: Block) -> dict[str, int]:
        return {"samples": block.groupdq.size}

    def keywords(self, totals: Mapping[str, Any]) -> Mapping[str, Any]:
        return {PATHS[0]: totals["samples"]}


class CountStep(Step):
    """A step whose product tells a total."""

    class_alias: ClassVar[str | None] = "count"

    def prepare(self, model: JwstDataModel) -> Correction:
        return _Counting()


class CountPipeline(Pipeline):
    """The step, and one behind it."""

    step_defs: ClassVar[dict[str, type[Step]]] = {"count": CountStep, "lastframe": LastFrameStep}


@pytest.mark.parametrize("more", range(40))
def test_total_stands_in_the_header_however_full_it_is(folder: Path, more: int) -> None:
    ramp = make_ramp(folder / "x_uncal.fits", **{f"MORE{n}": n for n in range(more)})
    product = str(run_on_file(CountStep(suffix="count"), str(ramp)).product)
    header = fits.getheader(product)
    assert header["INT1SKIP"] == fits.getdata(ramp, "GROUPDQ").size
    assert "PRIMECRS" not in header
    assert (fits.getdata(product, "SCI") == fits.getdata(ramp, "SCI")).all()


def test_total_stands_in_a_model_in_memory(ramp: Path) -> None:
    result = CountStep.call(str(ramp))
    assert result.meta.rscd.ngroups_skip_int1 == result.groupdq.size
    assert result.meta.exposure.primary_cosmic_rays is None


def test_products_within_a_pipeline_have_it_too(ramp: Path) -> None:
    steps = {"count": {"save_results": True, "suffix": "count"}}
    product = str(run_on_file(CountPipeline(steps=steps, suffix="last"), str(ramp)).product)
    for path in (product, "x_count.fits"):
        assert fits.getval(path, "INT1SKIP") == fits.getdata(ramp, "GROUPDQ").size
    assert "S_LASTFR" not in fits.getheader("x_count.fits")
