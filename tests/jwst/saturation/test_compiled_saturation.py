from __future__ import annotations

import numpy as np
import pytest
from kernels import needs_kernels

from jwst.saturation import compiled
from jwst.saturation.thresholds import flag, last_frame_factors, make_checkable

pytestmark = needs_kernels

ODD = [np.nan, -np.nan, np.inf, -np.inf, 0.0, -0.0, -1.0, 65535.0, 65536.0]


def exposure(
    rng: np.random.Generator, shape: tuple[int, int, int]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return samples, flags, thresholds and where there are none."""
    data = np.cumsum(rng.uniform(0, 9e3, shape), axis=0, dtype=np.float32)
    odd = rng.random(shape) < 0.02
    data[odd] = rng.choice(np.array(ODD, np.float32), int(odd.sum()))
    flags = np.where(rng.random(shape) < 0.02, rng.integers(0, 256, shape), 0).astype(np.uint8)
    thresholds = rng.uniform(3e4, 6e4, shape[1:]).astype(np.float32)
    thresholds[rng.random(shape[1:]) < 0.05] = np.nan
    unchecked = make_checkable(thresholds, np.zeros(shape[1:], np.uint32))
    # exactly at the threshold
    data[:, rng.random(shape[1:]) < 0.05] = thresholds.flat[0]
    return data, flags, thresholds, unchecked


@pytest.mark.parametrize("nframes", [1, 4])
@pytest.mark.parametrize("layers", [-1, 0, 1, 3, 60])
@pytest.mark.parametrize("shape", [(1, 1, 1), (2, 3, 5), (3, 40, 1), (12, 9, 300)])
def test_kernel_gives_the_bits_of_numpy(
    rng: np.random.Generator, nframes: int, layers: int, shape: tuple[int, int, int]
) -> None:
    data, flags, thresholds, unchecked = exposure(rng, shape)
    factors = last_frame_factors(shape[0], nframes)
    arrays = thresholds, unchecked, factors, (slice(1, shape[1]), slice(0, shape[2]))
    expected = flags.copy()
    counts = flag(data, expected, *arrays, layers=layers)
    assert compiled.flag(data, flags, *arrays, layers=layers) == counts
    assert flags.tobytes() == expected.tobytes()


def test_kernel_flags_nothing_else_when_no_sample_is_bright(rng: np.random.Generator) -> None:
    data, thresholds = np.full((4, 5, 6), 9, np.float32), np.full((5, 6), 10, np.float32)
    flags, unchecked = np.zeros(data.shape, np.uint8), np.zeros((5, 6), bool)
    core = slice(0, 5), slice(0, 6)
    factors = last_frame_factors(4, 4)
    counts = compiled.flag(data, flags, thresholds, unchecked, factors, core, layers=1)
    assert counts == ([0, 0, 0, 0], 0)
    assert not flags.any()


def test_kernel_flags_a_part_of_larger_arrays(rng: np.random.Generator) -> None:
    data, flags, thresholds, unchecked = exposure(rng, (5, 12, 150))
    part = (slice(None), slice(2, 11), slice(1, 148))
    thresholds, unchecked = (np.ascontiguousarray(a[part[1:]]) for a in (thresholds, unchecked))
    arrays = thresholds, unchecked, last_frame_factors(5, 2), (slice(1, 8), slice(3, 145))
    expected = flags.copy()
    counts = flag(data[part], expected[part], *arrays, layers=1)
    assert compiled.flag(data[part], flags[part], *arrays, layers=1) == counts
    assert flags.tobytes() == expected.tobytes()


@pytest.mark.parametrize(
    ("name", "shape"), [("flags", (2, 3, 3)), ("thresholds", (3, 3)), ("factors", (1,))]
)
def test_kernel_refuses_arrays_of_other_shapes(name: str, shape: tuple[int, ...]) -> None:
    shapes = {"flags": (2, 3, 4), "thresholds": (3, 4), "factors": (2,)} | {name: shape}
    with pytest.raises(ValueError, match=name):
        compiled.flag(
            np.zeros((2, 3, 4), np.float32),
            np.zeros(shapes["flags"], np.uint8),
            np.zeros(shapes["thresholds"], np.float32),
            np.zeros((3, 4), bool),
            np.ones(shapes["factors"]),
            (slice(0, 3), slice(0, 4)),
            layers=1,
        )
