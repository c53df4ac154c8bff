"""Corrections that see all integrations of a tile at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from example_corrections import NGROUPS, NINTS, NX, NY, Accumulate, Smear, make_arrays

from strun.blockio.headers import image_header
from strun.blockio.parts import Part
from strun.blockio.source import FitsFile
from strun.blockio.tiles import Tile
from strun.blockio.writer import ProductWriter
from strun.engine import plan as planning
from strun.engine.arrays import MemoryArray, PartReader, PartWriter
from strun.engine.correction import Block, Correction
from strun.engine.loop import Arrays, Exposure, Sink
from strun.engine.passes import correct
from strun.engine.plan import plan
from strun.engine.workers import Workers
from strun.testing import check_correction

GROUPS = NINTS * NGROUPS


class LessMean(Correction):
    """Subtracts the mean of all groups of all integrations of the pixels around it."""

    changes = ("data",)
    halo = 1
    whole_exposure = True

    def samples(self, block: Block) -> dict[str, int]:
        assert block.data.shape[0] == GROUPS
        mean = block.data.mean(axis=0)
        mean[:, 1:] += mean[:, :-1].copy()
        block.data -= mean
        return {"samples": block.data[(..., *block.core)].size}


class Limit(Correction):
    """Sets samples above the largest of the frame, as a survey of a part of it guesses it."""

    changes = ("data",)

    def __init__(self, limit: float = 0) -> None:
        self.limit = limit

    def edges(self, image: tuple[int, int]) -> list[Tile]:
        return [Tile(slice(0, 1), slice(0, 2))]

    def surveyed(self, integrations: Iterator[list[Block]]) -> Limit:
        return Limit(max(float(block.data.max()) for blocks in integrations for block in blocks))

    def samples(self, block: Block) -> dict[str, float]:
        found = {"max_value": float(block.data.max())}
        block.data[block.data < self.limit] = 0
        return found

    def revised(self, totals: Mapping[str, Any]) -> Limit | None:
        return None if totals["max_value"] == self.limit else Limit(totals["max_value"])


def opened(values: Mapping[str, np.ndarray]) -> Arrays:
    """Return arrays in memory."""
    return {name: MemoryArray(array, keep_source=True) for name, array in values.items()}


def run(chain: Sequence[Correction]) -> tuple[np.ndarray, list[dict[str, Any]]]:
    """Return the samples after a chain, and what was counted."""
    source, stored = opened(make_arrays()), make_arrays()
    sink = Sink(len(chain), lambda: opened(stored))
    counts = correct(Exposure(lambda: source, NGROUPS), chain, [sink], workers=Workers(2, 400))
    return stored["data"].reshape(GROUPS, NY, NX), counts


def test_a_correction_of_the_whole_exposure_gives_the_same_bits_in_any_tiles() -> None:
    check_correction(LessMean(), make_arrays())


def test_corrections_beside_it_get_one_integration_after_the_other() -> None:
    found, counts = run([Accumulate(), Smear(1), LessMean()])
    smeared, _ = run([Smear(1)])
    mean = smeared.mean(axis=0)
    mean[:, 1:] += mean[:, :-1].copy()
    assert np.array_equal(found, smeared - mean)
    assert counts[2] == {"samples": GROUPS * NY * NX}


def test_a_survey_after_it_sees_what_it_left() -> None:
    once, _ = run([LessMean()])
    found, _ = run([LessMean(), Limit()])
    assert np.array_equal(found, np.where(once < once.max(), 0, once))


def test_an_exposure_is_corrected_again_when_the_survey_was_wrong() -> None:
    data = make_arrays()["data"].reshape(GROUPS, NY, NX)
    assert data[:, 0, :2].max() < data.max()
    found, counts = run([Limit()])
    assert np.array_equal(found, np.where(data < data.max(), 0, data))
    assert counts == [{"max_value": data.max()}]


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("shape", [(8, 12, 16), (10, 300, 400), (3000, 40, 500), (9000, 5, 3)])
def test_plan_of_whole_exposures_covers_every_pixel_once(
    shape: tuple[int, int, int], workers: int
) -> None:
    cut = plan(shape, 4, budget=1 << 18, workers=workers, whole=True)
    times = np.zeros(shape[1:], int)
    for task in cut.tasks:
        times[task.tile] += 1
        assert list(cut.blocks(task)) == [slice(0, shape[0])]
        rows, columns = task.tile.shape
        assert rows * columns * shape[0] * 4 <= max(planning.LARGEST_TILE, 1 << 18)
        assert rows >= planning.LEAST_ROWS or columns == shape[2] or shape[1] % planning.LEAST_ROWS
    assert (times == 1).all()


def test_blocks_of_columns_are_stored_in_a_file(folder: Path) -> None:
    values = np.arange(2 * 9 * 40, dtype=np.float32).reshape(2, 9, 40)
    fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(values, name="SCI")]).writeto("in.fits")
    first = Part(None, image_header(None, (), "uint8", primary=True))
    with FitsFile.open(folder / "in.fits") as file, open("out.fits", "w+b") as stream:
        part = Part("data", image_header("SCI", values.shape, "float32"), file.hdus[1])
        product = ProductWriter(stream.fileno(), [first, part], file, frozenset({"data"}))
        product.write_headers()
        source, target = PartReader(part, file), PartWriter(product, product.places[1])
        for columns in (slice(0, 3), slice(3, 30), slice(30, 40)):
            tile = Tile(slice(0, 9), columns)
            block = source.load(tile, slice(0, 2))
            assert np.array_equal(block, values[:, :, columns])
            target.store(tile, slice(0, 2), block + 1)
    assert np.array_equal(fits.getdata("out.fits"), values + 1)
