"""Which panels a picture gets."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

import numpy as np
import pytest

from jwst.datamodels import RampModel
from strun.quicklook import draw, draw_step
from strun.quicklook.figures import chosen_panels, panels_of
from strun.quicklook.source import opened
from strun.quicklook.view import Panel, View
from strun.steps.registry import ALIASES, find_class
from strun.steps.step import Step

Maker = Callable[..., RampModel]
DRAWN = [alias for alias in ALIASES if find_class(alias).panels is not None]


@pytest.fixture
def after(exposure: Maker) -> Callable[..., RampModel]:
    """Return a maker of exposures after some steps."""

    def make(*steps: str) -> RampModel:
        model = exposure((1, 5, 30, 40))
        for name in steps:
            setattr(model.meta.cal_step, name, "COMPLETE")
        return model

    return make


def names(view: View, steps: tuple[type[Step], ...] = ()) -> list[str]:
    return [panel.name for panel in chosen_panels(view, steps)[1]]


def test_last_step_is_drawn_when_no_input_is_given(after: Callable[..., RampModel]) -> None:
    view = View(opened(after("dq_init", "saturation", "linearity")))
    assert names(view) == ["NO_LIN_CORR", "ramp"]


def test_steps_after_the_input_are_drawn_and_ramps_once(after: Callable[..., RampModel]) -> None:
    product = opened(after("dq_init", "saturation", "linearity"))
    view = View(product, opened(after("dq_init")))
    assert names(view) == ["first SATURATED", "flags by group", "ramp", "NO_LIN_CORR"]


def test_what_compares_is_drawn_when_one_step_lies_between(
    after: Callable[..., RampModel],
) -> None:
    view = View(opened(after("dq_init", "dark_sub")), opened(after("dq_init")))
    assert names(view) == ["subtracted", "subtracted histogram", "subtracted by group"]
    assert chosen_panels(view)[0].alone


def test_product_that_is_its_own_input_shows_a_ramp(after: Callable[..., RampModel]) -> None:
    product = opened(after("saturation"))
    assert names(View(product, product)) == ["ramp"]


def test_dq_init_has_no_panels_unless_a_pixel_is_asked_for(
    after: Callable[..., RampModel],
) -> None:
    product = opened(after("dq_init"))
    assert names(View(product)) == []
    assert names(View(product, pixel=(1, 1))) == ["ramp"]


def test_step_of_ones_own_names_its_panels(
    after: Callable[..., RampModel], monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = Panel("mine", lambda page, box, view: None)
    monkeypatch.setattr(import_module("strun.quicklook.view"), "PANELS", (mine,), raising=False)

    class Mine(Step):
        panels = "strun.quicklook.view"

    view = View(opened(after("dq_init")), opened(after("dq_init")))
    assert names(view, (Mine,)) == ["mine"]


@pytest.mark.parametrize("alias", DRAWN)
def test_panels_of_each_step_can_be_drawn(after: Callable[..., RampModel], alias: str) -> None:
    before, product = after(), after()
    product.data += np.float32(3)
    figure = draw_step(alias, product, before)
    titles = [axes.get_title() for axes in figure.axes if axes.get_title()]
    # the ratio below a ramp has no title of its own
    assert len(titles) == len(panels_of(find_class(alias)))


@pytest.mark.parametrize("shape", [(2, 3, 12, 60), (1, 1, 40, 8), (3, 4, 2048, 64)])
def test_all_panels_find_room_in_any_shape(exposure: Maker, shape: tuple[int, ...]) -> None:
    before, product = exposure(shape), exposure(shape)
    for name in ("saturation", "linearity", "jump"):
        setattr(product.meta.cal_step, name, "COMPLETE")
    figure = draw(product, before)
    boxes = [axes.get_position() for axes in figure.axes]
    assert all(0 <= box.x0 < box.x1 <= 1 and 0 <= box.y0 < box.y1 <= 1 for box in boxes)
    assert not any(a.overlaps(b) for n, a in enumerate(boxes) for b in boxes[n + 1 :] if a is not b)
