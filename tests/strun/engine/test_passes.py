from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from strun.blockio.tiles import Tile
from strun.engine import loop
from strun.engine.correction import Block, Correction
from strun.engine.passes import correct_in_memory
from strun.engine.workers import Workers
from strun.errors import StepError


class Everything(Correction):
    """Changes every array by its place, so that a block given twice or never shows."""

    changes = ("data", "groupdq", "pixeldq", "zeroframe")
    reads = ("err",)

    def at(self, tile: Tile) -> Everything:
        assert tile.rows.stop > tile.rows.start
        return self

    def pixels(self, block: Block) -> dict[str, int]:
        block.pixeldq += 1
        return {"pixels": block.pixeldq[block.core].size}

    def samples(self, block: Block) -> dict[str, int]:
        block.data += 1 + block.err * np.arange(block.rows.start, block.rows.stop)[:, None]
        block.groupdq |= 4
        return {"samples": block.data[(..., *block.core)].size, "max_frame": block.groups.stop}

    def zeroframe(self, block: Block) -> dict[str, int]:
        block.zeroframe *= 2
        return {"zeroframes": 1 if block.tile.rows.start + block.core[0].start == 0 else 0}


class Model(SimpleNamespace):
    """What the stream asks of a model."""

    label = "the exposure"
    required = ()
    made: frozenset[str] = frozenset()

    def array_shape(self, name: str) -> tuple[int, ...] | None:
        return getattr(self, name).shape

    def fitting(self, name: str) -> object:
        return getattr(self, name)


def model(**arrays: object) -> Model:
    """Return a model of two integrations of three groups."""
    shape = (2, 3, 5, 4)
    every = {
        "data": np.arange(120, dtype="float32").reshape(shape),
        "err": np.full(shape, 0.5, "float32"),
        "groupdq": np.zeros(shape, "uint8"),
        "pixeldq": np.zeros((5, 4), "uint32"),
        "zeroframe": np.ones((2, 5, 4), "float32"),
    }
    return Model(**(every | arrays), arrays=dict.fromkeys(every))


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("block", [1, 50, 200, 10**6])
@pytest.mark.parametrize("halo", [0, 1])
def test_correct_in_memory_touches_every_value_once(
    monkeypatch: pytest.MonkeyPatch, threads: int, block: int, halo: int
) -> None:
    monkeypatch.setattr(loop, "choose", lambda *_, **__: Workers(threads, block))
    monkeypatch.setattr(Everything, "halo", halo)
    mine, before = model(), model()
    (totals,) = correct_in_memory(mine, Everything())
    rows = 1 + 0.5 * np.arange(5, dtype="float32")[:, None]
    np.testing.assert_array_equal(mine.data, before.data + rows)
    np.testing.assert_array_equal(mine.err, before.err)
    assert (mine.groupdq == 4).all()
    assert (mine.pixeldq == 1).all()
    assert (mine.zeroframe == 2).all()
    assert totals == {"pixels": 20, "samples": 120, "max_frame": 6, "zeroframes": 2}


def test_correct_in_memory_gives_whole_integrations_when_they_are_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Ramps(Everything):
        whole_ramp = True

        def samples(self, block: Block) -> dict[str, int]:
            assert len(block.data) == block.ngroups == 3
            return {"ramps": 1}

    monkeypatch.setattr(loop, "choose", lambda *_, **__: Workers(1, 1))
    assert correct_in_memory(model(), Ramps())[0]["ramps"] == 2 * 5


def test_correct_in_memory_copies_when_array_cannot_be_written() -> None:
    frozen = np.zeros((2, 3, 5, 4), "float32")
    frozen.flags.writeable = False
    mine = model(data=frozen)
    correct_in_memory(mine, Everything())
    assert mine.data.min() == 1
    assert not frozen.any()


def test_correct_in_memory_changes_model_when_array_lies_across() -> None:
    across = np.zeros((4, 5, 3, 2), "float32").T
    mine = model(data=across)
    correct_in_memory(mine, Everything())
    assert mine.data.min() == 1


def test_correct_in_memory_leaves_out_what_the_model_does_not_hold() -> None:
    (totals,) = correct_in_memory(model(zeroframe=None), Everything())
    assert "zeroframes" not in totals


def test_correct_in_memory_leaves_zeroframe_when_it_is_only_read() -> None:
    class Reader(Everything):
        changes = ("data", "groupdq", "pixeldq")
        reads = ("err", "zeroframe")

    assert correct_in_memory(model(), Reader())[0]["zeroframes"] == 2


def test_correct_in_memory_says_so_when_model_has_no_such_array() -> None:
    class Wrong(Correction):
        changes = ("data", "spectrum")

    with pytest.raises(StepError, match="Wrong corrects spectrum, which a Model does not have"):
        correct_in_memory(model(), Wrong())


def test_own_gives_buffers_of_its_own_to_what_a_correction_holds() -> None:
    class Held:
        def own(self) -> Held:
            return Held()

    class Holding(Correction):
        def __init__(self) -> None:
            self.rows, self.level = Held(), [1.0]

    first = Holding()
    second = first.own()
    assert second.rows is not first.rows
    assert second.level is first.level


def test_correction_does_nothing_when_methods_are_not_written() -> None:
    tile = Tile(slice(0, 1), slice(0, 1))
    block, correction = Block(tile, slice(0, 1)), Correction()
    assert correction.at(tile) is correction
    assert not correction.edges((1, 1))
    assert correction.surveyed(iter([])) is correction
    assert correction.concluded({"a": 1}) == {"a": 1}
    assert correction.finish(block) is None
    assert correction.pixels(block) is None
    assert correction.samples(block) is None
    assert correction.zeroframe(block) is None
    assert (block.ngroups, block.data, block.dq) == (1, None, None)
