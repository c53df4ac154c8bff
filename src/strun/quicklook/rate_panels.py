"""Panels of count rates: their errors, flags by group of the ramps, a ramp with its slope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from strun.quicklook.flag_panels import draw_shares, flag_panel, flag_shares
from strun.quicklook.images import draw_values
from strun.quicklook.palette import AFTER, BEFORE
from strun.quicklook.ramp_panels import (
    NAME,
    Ramp,
    brightest_pixel,
    label_ramp,
    mark_flags,
    read_ramp,
)
from strun.quicklook.source import Source
from strun.quicklook.view import Box, Page, Panel, View

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# from here on rates are written without decimals, in DN/s
_LARGE = 1000
# what the steps of a pipeline have counted by group, and the flag that it is
_COUNTED = {"saturation": ("saturated", "SATURATED"), "jump": ("jump", "JUMP_DET")}


def rate_panels(view: View) -> list[Panel]:
    """Return the panels of a product of rates: what is known of its ramps decides."""
    panels = []
    if view.product.lines("ERR") is not None:
        panels.append(Panel("ERR", _draw_error, is_map=True))
    if view.ramps is not None or _counted_shares(view):
        panels.append(Panel("flags by group", _draw_by_group))
    elif view.product.meta.cal_step.ramp_fit == "COMPLETE":
        panels += [flag_panel("JUMP_DET"), flag_panel("SATURATED")]
    if view.ramps is not None or _fitted_ramp(view) is not None:
        panels.append(Panel(NAME, _draw_fit))
    return panels


def _draw_error(page: Page, box: Box, view: View) -> None:
    lines = view.product.lines("ERR")
    if lines is not None:
        integrations, _ = view.product.frames
        note = f", {view.product.shown}" if integrations > 1 else ""
        draw_values(page, box, lines, f"ERR{note}", view.product.unit)


def _counted_shares(view: View) -> dict[str, NDArray[np.float64]]:
    """Return the shares of flagged samples by group that the run has counted."""
    found = {}
    for step, (name, flag) in _COUNTED.items():
        numbers = view.numbers.get(step, {})
        counts = np.array(numbers.get(f"samples_{name}_by_group", ()), np.float64)
        if counts.size:
            found[flag] = counts / (numbers["samples"] / counts.size)
    return found


def _draw_by_group(page: Page, box: Box, view: View) -> None:
    if view.ramps is not None and view.ramps.group_flags is not None:
        shares, _ = flag_shares(view.ramps.group_flags)
    else:
        shares = _counted_shares(view)
    draw_shares(page.axes(box), shares, "Flags by group of the ramps")


def _fitted_ramp(view: View) -> tuple[Ramp, float] | None:
    """Return the ramp that the run tells of, and its rate in DN per second before gain_scale."""
    told: dict[str, Any] | None = view.numbers.get("ramp_fit", {}).get("brightest")
    if told is None or view.pixel not in (None, (told["column"], told["row"])):
        return None
    samples, flags = np.array(told["samples"], np.float64), np.array(told["flags"], np.uint8)
    return Ramp(told["column"], told["row"], samples, flags), told["rate"]


def _read_fit(view: View, ramps: Source) -> tuple[Ramp, float]:
    """Return the ramp of a pixel, and its rate in DN per second before gain_scale."""
    rates = view.product
    x, y = view.pixel or brightest_pixel(rates)
    ramp = read_ramp(ramps, (x, y))
    rate = float(rates.science.read(y, 1)[0, x])
    scaled = rates.meta.cal_step.gain_scale == "COMPLETE"
    return ramp, rate / (rates.meta.exposure.gain_factor or 1 if scaled else 1)


def _draw_fit(page: Page, box: Box, view: View) -> None:
    """Draw the samples of a ramp, and the slope that was fitted over each part without a jump."""
    known = _fitted_ramp(view) if view.ramps is None else _read_fit(view, view.ramps)
    if known is None:
        return
    ramp, rate = known
    axes = page.axes(box)
    groups = np.arange(1, len(ramp.samples) + 1)
    axes.plot(groups, ramp.samples, "o", color=AFTER, ms=4, label="samples")
    mark_flags(axes, ramp)
    rise = rate * float(view.product.meta.exposure.group_time or np.nan)
    digits = ",.0f" if abs(rate) >= _LARGE else ".4g"
    _draw_slopes(axes, ramp, rise, f"fit: {rate:{digits}} DN/s")
    label_ramp(axes, ramp)


def _draw_slopes(axes: Axes, ramp: Ramp, rise: float, label: str) -> None:
    """Draw lines that rise so much in a group, one through the middle of each segment."""
    used = ~(ramp.has("SATURATED") | ramp.has("DO_NOT_USE") | ramp.has("CHARGELOSS"))
    segment = np.cumsum(ramp.has("JUMP_DET") & used)
    for number in np.unique(segment[used]):
        groups = np.flatnonzero(used & (segment == number)) + 1.0
        middle = ramp.samples[groups.astype(int) - 1].mean()
        line = middle + rise * (groups - groups.mean())
        axes.plot(groups, line, "-", color=BEFORE, lw=1.5, label=label)
        label = ""
