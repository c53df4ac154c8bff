"""Chains from a file to files, cut in all ways, against a plain loop."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from example_corrections import (
    NGROUPS,
    NX,
    NY,
    Accumulate,
    AllGroups,
    Border,
    Pixels,
    Smear,
    WholeGroups,
    ZeroFrames,
    make_arrays,
    plain,
)
from factories import make_ramp

from jwst.datamodels import RampModel
from strun.blockio.tiles import Tile
from strun.blockio.writer import ProductWriter
from strun.engine.arrays import PartReader, PartWriter
from strun.engine.correction import Correction
from strun.engine.loop import Exposure, Sink
from strun.engine.passes import correct
from strun.engine.plan import Plan, Task
from strun.engine.workers import Workers

UNITS = {
    "data": "SCI",
    "groupdq": "GROUPDQ",
    "pixeldq": "PIXELDQ",
    "zeroframe": "ZEROFRAME",
}
CHAIN = (
    lambda: [Smear(1), Pixels(), Accumulate(), Border(), AllGroups(), Smear(2)],
    lambda: [ZeroFrames(), Smear(2), AllGroups(), Border(), Smear(1)],
    lambda: [ZeroFrames(), Smear(1), AllGroups(), WholeGroups(), Border(), Pixels(), Smear(2)],
    lambda: [Pixels(), WholeGroups(), WholeGroups()],
)


@pytest.fixture
def exposure(folder: Path) -> Path:
    """Return a file of the arrays."""
    arrays = make_arrays()
    path = make_ramp(folder / "x.fits", flags=False)
    with fits.open(path, mode="update") as hdus:
        del hdus["SCI"]
        hdus[0].header["ZEROFRAM"] = True
        for name, unit in UNITS.items():
            hdus.append(fits.ImageHDU(arrays[name], name=unit))
    return path


def blocks_of(product: ProductWriter, names: Sequence[str]) -> dict[str, PartWriter]:
    """Return the arrays of a product, to be stored by blocks."""
    found = {name: product.place(name) for name in names}
    return {name: PartWriter(product, place) for name, place in found.items() if place}


def run(path: Path, chain: Sequence[Correction], cut: Plan | None, workers: Workers) -> None:
    """Write a product after every correction, named by how many were made."""
    names = tuple(UNITS)
    with RampModel(str(path)) as model, ExitStack() as stack:
        made = []
        for position in range(1, len(chain) + 1):
            changed = frozenset(name for each in chain[:position] for name in each.changes)
            stream = stack.enter_context(open(f"{position}.fits", "w+b"))
            product = ProductWriter(stream.fileno(), model.parts(), model.file, changed)
            made.append((position, product))
        sinks = [Sink(position, partial(blocks_of, product, names)) for position, product in made]
        units = {part.name: part for part in model.parts() if part.name in names}
        opened = Exposure(
            lambda: {name: PartReader(part, model.file) for name, part in units.items()}, NGROUPS
        )
        correct(opened, chain, sinks, cut=cut, workers=workers)
        for _, product in made:
            product.finish(product.changed)


def bands(rows: int, together: int) -> Plan:
    """Return a plan of bands of rows."""
    cuts = [slice(first, min(first + rows, NY)) for first in range(0, NY, rows)]
    return Plan([Task(Tile(cut, slice(0, NX)), slice(0, 2 * NGROUPS)) for cut in cuts], together)


@pytest.mark.parametrize("make_chain", CHAIN, ids=["samples", "zeroframe", "passes", "last"])
@pytest.mark.parametrize(
    ("cut", "workers"),
    [
        (None, Workers(1, 10**7)),
        (None, Workers(2, 500)),
        (bands(1, NGROUPS), Workers(1, 0)),
        (bands(5, NGROUPS), Workers(2, 0)),
    ],
    ids=["whole", "usual", "rows", "bands"],
)
def test_every_product_has_the_bits_of_a_plain_loop(
    exposure: Path, make_chain: object, cut: Plan | None, workers: Workers
) -> None:
    chain = make_chain()
    run(exposure, chain, cut, workers)
    for position in range(1, len(chain) + 1):
        expected = plain(chain[:position], make_arrays())
        with fits.open(f"{position}.fits") as hdus:
            for name, unit in UNITS.items():
                np.testing.assert_array_equal(hdus[unit].data, expected[name], err_msg=name)
