"""Pictures of count rates."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from jwst.datamodels import CubeModel, ImageModel, RampModel
from strun.datamodels.dqflags import group, pixel
from strun.errors import InputError
from strun.quicklook import draw

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Maker = Callable[..., RampModel]
# of the ramp in column 5, row 4, in DN/s
RATE, TIME = 50.0, 2.0


@pytest.fixture
def ramps(exposure: Maker) -> RampModel:
    """Return ramps, of which one is bright and has a jump in its fourth group."""
    model = exposure((2, 6, 20, 30))
    model.groupdq[...] = 0
    model.data[0, :, 4, 5] = 300 + RATE * TIME * np.arange(6)
    model.data[0, 3:, 4, 5] += 4000
    model.groupdq[0, 3, 4, 5] = group["JUMP_DET"]
    model.groupdq[0, 4:, 9, 9] = group["SATURATED"]
    return model


def rates(kind: type = ImageModel, shape: tuple[int, ...] = (20, 30)) -> Any:  # noqa: ANN401
    model = kind(shape)
    model.data[...] = np.random.default_rng(3).normal(10, 0.1, shape)
    model.data[..., 4, 5] = RATE
    model.data[..., 2, 2] = np.nan
    model.err = np.full(shape, 0.1, np.float32)
    model.dq = np.zeros(shape, np.uint32)
    model.dq[..., 2, 2] = pixel["DO_NOT_USE"]
    model.meta.exposure.group_time = TIME
    model.meta.cal_step.ramp_fit = "COMPLETE"
    return model


def titles(figure: Figure) -> list[str]:
    return [axes.get_title() for axes in figure.axes if axes.get_title()]


def panel(figure: Figure, title: str) -> Axes:
    (found,) = (axes for axes in figure.axes if axes.get_title().startswith(title))
    return found


def test_rates_without_ramps_show_errors_and_where_pixels_jump() -> None:
    figure = draw(rates())
    assert titles(figure) == [
        "SCI, count rates",
        "DQ",
        "DO_NOT_USE: 1 pixel (0.17 %)",
        "ERR",
        "JUMP_DET: 0 pixels (0 %)",
        "SATURATED: 0 pixels (0 %)",
    ]
    assert [text.get_text() for text in figure.texts[1:]] == ["DN/s", "DN/s"]


def test_rates_of_integrations_name_the_one_that_is_drawn() -> None:
    figure = draw(rates(CubeModel, (3, 20, 30)))
    assert "SCI, integration 1 of 3" in titles(figure)
    assert "ERR, integration 1 of 3" in titles(figure)


@pytest.mark.parametrize(("kind", "planes"), [(ImageModel, ()), (CubeModel, (2,))])
def test_fitted_slope_is_drawn_over_each_segment(
    ramps: RampModel, kind: type, planes: tuple[int, ...]
) -> None:
    axes = panel(
        draw(rates(kind, (*planes, 20, 30)), ramps), "Ramp of the pixel in column 5, row 4"
    )
    first, second = (line for line in axes.lines if line.get_linestyle() == "-")
    np.testing.assert_array_equal(first.get_xdata(), [1, 2, 3])
    np.testing.assert_allclose(first.get_ydata(), 300 + RATE * TIME * np.arange(3), rtol=1e-6)
    np.testing.assert_array_equal(second.get_xdata(), [4, 5, 6])
    np.testing.assert_allclose(second.get_ydata(), 4300 + RATE * TIME * np.arange(3, 6), rtol=1e-6)
    assert first.get_label() == "fit: 50 DN/s"


def test_slope_is_drawn_in_the_unit_of_the_ramp_after_gain_scale(ramps: RampModel) -> None:
    scaled = rates()
    scaled.data *= np.float32(2)
    scaled.meta.exposure.gain_factor = 2.0
    scaled.meta.cal_step.gain_scale = "COMPLETE"
    axes = panel(draw(scaled, ramps), "Ramp of the pixel in column 5, row 4")
    assert "fit: 50 DN/s" in [line.get_label() for line in axes.lines]


def test_groups_that_are_not_used_have_no_line(ramps: RampModel) -> None:
    ramps.groupdq[:, [0, 5]] |= group["DO_NOT_USE"]
    axes = panel(draw(rates(), ramps, pixel=(7, 8)), "Ramp of the pixel in column 7, row 8")
    (line,) = (line for line in axes.lines if line.get_linestyle() == "-")
    assert line.get_xdata().tolist() == [2, 3, 4, 5]


def test_flags_by_group_are_those_of_the_ramps(ramps: RampModel) -> None:
    axes = panel(draw(rates(), ramps), "Flags by group of the ramps")
    found = {line.get_label(): line.get_ydata() for line in axes.lines}
    one = 100 / (2 * 20 * 30)
    np.testing.assert_allclose(found["JUMP_DET"], [np.nan] * 3 + [one] + [np.nan] * 2)
    np.testing.assert_allclose(found["SATURATED"], [np.nan] * 4 + [one] * 2)


def test_numbers_of_a_run_take_the_place_of_the_ramps(exposure: Maker) -> None:
    told = {"column": 5, "row": 4, "rate": RATE, "flags": [0] * 3}
    numbers = {
        "jump": {"samples": 600, "samples_jump_by_group": [0, 20, 40]},
        "ramp_fit": {"brightest": told | {"samples": [0.0, 100.0, 200.0]}},
    }
    raw = exposure((1, 3, 20, 30))
    raw.groupdq = raw.pixeldq = None
    figure = draw(rates(), raw, numbers=numbers)
    axes = panel(figure, "Flags by group")
    np.testing.assert_allclose(axes.lines[0].get_ydata(), [np.nan, 10, 20])
    line = panel(figure, "Ramp of the pixel in column 5, row 4").lines[-1]
    np.testing.assert_allclose(line.get_ydata(), [0, 100, 200], atol=1e-9)
    # the run knows no other pixel
    assert not any("Ramp" in title for title in titles(draw(rates(), raw, pixel=(1, 1))))


def test_error_when_the_ramps_are_of_another_exposure(exposure: Maker) -> None:
    with pytest.raises(InputError, match="not the same exposure"):
        draw(rates(), exposure((1, 2, 20, 31)))
