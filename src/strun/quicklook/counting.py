"""Pixels counted by flag, in bands."""

from __future__ import annotations

import numpy as np

from strun.datamodels import dqflags
from strun.quicklook.source import Lines

_BAND = 1 << 18


def flag_counts(lines: Lines, plane: int) -> dict[str, int]:
    """
    Count the pixels of a plane by the name of their flags.

    Parameters
    ----------
    lines : Lines
        Flags.
    plane : int
        Number of the image.

    Returns
    -------
    dict of str to int
        Flags that some pixel has, the commonest first.
    """
    ny, nx = lines.shape[-2:]
    step = max(1, _BAND // nx)
    counts = dict.fromkeys((name for name, bit in dqflags.pixel.items() if bit), 0)
    for top in range(0, ny, step):
        band = lines.read(plane * ny + top, min(step, ny - top))
        values = band[band != 0].astype(np.uint32)
        present = int(np.bitwise_or.reduce(values)) if values.size else 0
        for name in counts:
            bit = dqflags.pixel[name]
            if present & bit:
                counts[name] += int(np.count_nonzero(values & np.uint32(bit)))
    found = {name: count for name, count in counts.items() if count}
    return dict(sorted(found.items(), key=lambda item: -item[1]))
