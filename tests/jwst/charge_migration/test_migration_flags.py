from __future__ import annotations

import numpy as np

from jwst.charge_migration.flagging import flag_migration
from strun.datamodels.dqflags import group

DO_NOT_USE = group["DO_NOT_USE"]
LOST = group["CHARGELOSS"] | DO_NOT_USE


def plain(data: np.ndarray, groupdq: np.ndarray, threshold: float) -> np.ndarray:
    """Flag sample by sample."""
    flags = groupdq.copy()
    for number, row, column in np.argwhere((data > threshold) & (groupdq != DO_NOT_USE)):
        for y, x in ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)):
            if 0 <= row + y < data.shape[1] and 0 <= column + x < data.shape[2]:
                flags[number:, row + y, column + x] |= LOST
    return flags


def test_flag_migration_equals_plain_flagging(rng: np.random.Generator) -> None:
    data = rng.uniform(0, 26000, (5, 9, 8)).astype(np.float32)
    data[0, 0, 0] = np.nan
    flags = rng.choice([0, 0, DO_NOT_USE, 2, 3, 4], data.shape).astype(np.uint8)
    expected = plain(data, flags, 25000)
    flag_migration(data, flags, threshold=25000)
    assert flags.tobytes() == expected.tobytes()


def test_flag_migration_takes_a_sample_at_the_threshold_for_good() -> None:
    data = np.full((3, 2, 2), 25000, np.float32)
    flags = np.zeros(data.shape, np.uint8)
    flag_migration(data, flags, threshold=25000)
    assert not flags.any()
