from __future__ import annotations

import numpy as np
import pytest

from jwst.dq_init import flagging
from jwst.dq_init.flagging import (
    count_flags,
    do_not_use,
    flag_groups,
    flag_pixels,
    flag_superstripes,
)
from strun.datamodels.dqflags import group, pixel

SIZE = (9, 11)
BAD = group["DO_NOT_USE"]
JUMP = group["JUMP_DET"]


def random_flags(rng: np.random.Generator, fraction: float = 0.3) -> np.ndarray:
    """Return flags of all 32 bits on some of the pixels."""
    flags = rng.integers(0, 1 << 32, SIZE, np.uint64).astype(np.uint32)
    flags[rng.random(SIZE) >= fraction] = pixel["GOOD"]
    return flags


def plain_counts(dq: np.ndarray) -> list[int]:
    """Count with one pass for each flag."""
    return [int(np.count_nonzero(dq & np.uint32(flag))) for flag in pixel.values() if flag]


@pytest.mark.parametrize("chunk", [2, 8, 1 << 16])
@pytest.mark.parametrize("fraction", [0.0, 0.05, 1.0])
def test_count_flags_equals_plain_version(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch, chunk: int, fraction: float
) -> None:
    monkeypatch.setattr(flagging, "_CHUNK", chunk)
    dq = random_flags(rng, fraction)
    assert count_flags(dq) == (plain_counts(dq), int(np.count_nonzero(dq)))
    assert count_flags(dq[:, 1:6]) == (plain_counts(dq[:, 1:6]), np.count_nonzero(dq[:, 1:6]))


def test_flag_pixels_adds_the_mask_and_leaves_it_unchanged(rng: np.random.Generator) -> None:
    dq, mask = random_flags(rng), random_flags(rng)
    expected, before = dq | mask, mask.copy()
    flag_pixels(dq, mask)
    assert (dq == expected).all()
    assert (mask == before).all()


def test_flag_pixels_counts_flags_that_were_not_there_before(rng: np.random.Generator) -> None:
    dq, mask = random_flags(rng), random_flags(rng)
    new = mask & ~dq
    counts = flag_pixels(dq, mask)
    assert counts["pixels"] == dq.size
    assert counts["pixels_flagged"] == np.count_nonzero(dq)
    assert counts["flags"] == plain_counts(dq)
    assert counts["flags_new"] == plain_counts(new)


def test_flag_pixels_takes_a_plane_for_each_superstripe(rng: np.random.Generator) -> None:
    mask = np.stack([random_flags(rng), random_flags(rng)])
    dq = np.zeros_like(mask)
    flag_pixels(dq, mask)
    assert (dq == mask).all()


@pytest.mark.parametrize("shape", [(1, 11), (9, 1), (1, 1), (8, 11), (1, 9, 11)])
def test_flag_pixels_raises_when_shapes_differ(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="cut the mask to the exposure first"):
        flag_pixels(np.zeros(SIZE, np.uint32), np.ones(shape, np.uint32))


def test_do_not_use_keeps_that_flag_only() -> None:
    mask = np.array([[pixel["DO_NOT_USE"] | pixel["SATURATED"], pixel["JUMP_DET"], 0]], np.uint32)
    flags = do_not_use(mask)
    assert flags.dtype == np.uint8
    assert flags.tolist() == [[BAD, 0, 0]]


def test_flag_groups_adds_do_not_use_to_every_group(rng: np.random.Generator) -> None:
    mask = random_flags(rng)
    groupdq = np.full((4, *SIZE), JUMP, np.uint8)
    flag_groups(groupdq, do_not_use(mask))
    bad = (mask & pixel["DO_NOT_USE"]) != 0
    assert (groupdq == np.where(bad, JUMP | BAD, JUMP)).all()


def test_flag_groups_raises_when_shapes_differ() -> None:
    with pytest.raises(ValueError, match="cut the mask to the exposure first"):
        flag_groups(np.zeros((4, *SIZE), np.uint8), np.ones((1, SIZE[1]), np.uint8))


@pytest.mark.parametrize("block", [1, 3, 4, 12])
def test_flag_superstripes_gives_each_integration_its_stripe(
    rng: np.random.Generator, block: int
) -> None:
    stripes, integrations, ngroups = 3, 6, 2
    flags = do_not_use(np.stack([random_flags(rng) for _ in range(stripes)]))
    groupdq = np.full((integrations * ngroups, *SIZE), JUMP, np.uint8)
    for first in range(0, len(groupdq), block):
        flag_superstripes(groupdq[first : first + block], flags, first=first, ngroups=ngroups)
    for number, found in enumerate(groupdq.reshape(integrations, ngroups, *SIZE)):
        assert (found == (flags[number % stripes] | JUMP)).all()
