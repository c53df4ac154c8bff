"""The correction of a near-infrared full frame, written down plainly: whole frames, loops."""

from __future__ import annotations

import numpy as np

_DO_NOT_USE = 1


def corrected(data: np.ndarray, dq: np.ndarray) -> np.ndarray:
    """Return groups (groups, 2048, 2048) with FASTAXIS 1 and SLOWAXIS 2."""
    good, result, dtype = (dq & _DO_NOT_USE) == 0, np.empty_like(data), np.float32
    for number, group in enumerate(data):
        frame = group.astype(dtype)
        for start in [512 * n + p for n in range(4) for p in (0, 1)]:
            columns = slice(start, start // 512 * 512 + 512, 2)
            top, bottom = (
                _clipped(frame[end, columns][good[end, columns]]) for end in (np.s_[-4:], np.s_[:4])
            )
            frame[:, columns] = frame[:, columns] - 0.5 * (top + bottom)
        left, right = (_medians(frame[:, side], good[:, side]) for side in (np.s_[:4], np.s_[-4:]))
        result[number] = frame - (0.5 * (left + right))[:, None]
        # what the sides say is float64, and so is the frame from now on
        dtype = np.float64
    return result


def _clipped(values: np.ndarray) -> np.floating:
    while True:
        mean, width = values.mean(), 3.0 * values.std()
        kept = values[(values >= mean - width) & (values <= mean + width)]
        if kept.size == values.size:
            return kept.mean()
        values = kept


def _medians(strip: np.ndarray, good: np.ndarray) -> np.ndarray:
    rows = np.pad(np.arange(len(strip)), 5, mode="reflect")
    windows = [rows[n : n + 11] for n in range(len(strip))]
    return np.array([np.median(strip[w][good[w]]) for w in windows], np.float64)
