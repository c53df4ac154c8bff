"""Whole pictures."""

from __future__ import annotations

import io
import itertools
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from astropy.io import fits
from factories import dq_def

from jwst.datamodels import GuiderRawModel, RampModel
from strun.datamodels.dqflags import group, pixel
from strun.errors import InputError, OutputError
from strun.quicklook import draw, draw_exposure, draw_linearity, draw_step, save

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

Maker = Callable[..., RampModel]
SHAPES = [(1, 3, 2048, 2048), (1, 2, 64, 72), (30, 2, 16, 512), (1, 2, 300, 40), (1, 1, 8, 8)]


def pixels(figure: Figure) -> NDArray[np.float32]:
    from matplotlib.image import imread

    stream = io.BytesIO()
    figure.savefig(stream, format="png")
    stream.seek(0)
    return imread(stream)


def titles(figure: Figure) -> str:
    return "\n".join(axes.get_title() for axes in figure.axes)


def panel(figure: Figure, title: str) -> NDArray[np.float32]:
    """Return the values of the image under a title."""
    (axes,) = (axes for axes in figure.axes if axes.get_title().startswith(title))
    return np.asarray(axes.images[0].get_array())


def legend(figure: Figure) -> list[str]:
    return [text.get_text() for entry in figure.legends for text in entry.get_texts()]


@pytest.mark.parametrize("shape", SHAPES)
def test_single_bad_pixel_is_seen_in_any_shape(exposure: Maker, shape: tuple[int, ...]) -> None:
    place = shape[2] // 3, shape[3] // 3
    without, with_it = exposure(shape), exposure(shape, DEAD=place)
    differ = pixels(draw_exposure(without)) != pixels(draw_exposure(with_it))
    # the legend at the right differs too
    assert differ[:, :1300].any()


def test_heading_names_target_instrument_filter_and_file(exposure: Maker) -> None:
    heading = draw_exposure(exposure((1, 2, 8, 9))).get_suptitle()
    assert heading == "M 31   NIRCAM NRCA1   F200W\nx_uncal.fits"


def test_legend_names_flags_and_counts(exposure: Maker) -> None:
    model = exposure((1, 2, 10, 10), DEAD=(1, 1))
    model.pixeldq[4:6, 4:6] |= np.uint32(pixel["HOT"])
    assert legend(draw_exposure(model)) == ["HOT  4 (4 %)", "DEAD  1 (1 %)"]


def test_title_names_group_integration_and_cells(exposure: Maker) -> None:
    figure = draw_exposure(exposure((3, 2, 1100, 1100)))
    assert "SCI, group 2 of 2, integration 1 of 3, largest of 3 x 3 pixels" in titles(figure)


def test_guider_exposure_shows_its_dq() -> None:
    model = GuiderRawModel((6, 2, 32, 32))
    model.dq[3, 4] = pixel["HOT"]
    figure = draw(model)
    assert "DQ" in titles(figure)
    assert legend(figure) == ["HOT  1 (0.098 %)"]


def test_exposure_without_flags_is_drawn(folder: Path, exposure: Maker) -> None:
    model = exposure((1, 2, 8, 9))
    model.pixeldq = None
    assert "no PIXELDQ" in titles(draw(model))


def test_bits_of_a_reference_are_not_named_as_those_of_an_exposure(
    folder: Path, exposure: Maker
) -> None:
    image = fits.ImageHDU(np.zeros((8, 9), np.float32), name="SCI")
    dq = fits.ImageHDU(np.ones((8, 9), np.uint32), name="DQ")
    hdus = [fits.PrimaryHDU(), image, dq, dq_def("HOT")]
    fits.HDUList(hdus).writeto("superbias.fits")
    figure = draw("superbias.fits")
    assert "no PIXELDQ or DQ of an exposure" in titles(figure)
    assert "SCI, one frame" in titles(figure)
    assert not legend(figure)


def test_linearity_is_drawn_with_ratio_and_changes(exposure: Maker) -> None:
    before = exposure((1, 4, 32, 40), NO_LIN_CORR=(3, 3))
    after = before.copy()
    after.data *= np.float32(1.02)
    after.meta.cal_step.linearity = "COMPLETE"
    figure = draw(after, before, pixel=(5, 6))
    text = titles(figure)
    assert "NO_LIN_CORR: 1 pixel (0.078 %)" in text
    assert "Ramp of the pixel in column 5, row 6" in text
    assert "Change of 1,040 of 5,120 samples" in text
    ratio = next(a for a in figure.axes if a.get_ylabel() == "after / before").lines[-1]
    np.testing.assert_allclose(ratio.get_ydata(), 1.02, rtol=1e-5)


def test_saturated_groups_are_marked_and_have_no_ratio(exposure: Maker) -> None:
    before = exposure((1, 4, 8, 9))
    before.groupdq[0, 2:, 5, 4] = group["SATURATED"]
    figure = draw_linearity(before.copy(), before, pixel=(4, 5))
    ratio = next(a for a in figure.axes if a.get_ylabel() == "after / before").lines[-1]
    assert np.isnan(ratio.get_ydata()).tolist() == [False, False, True, True]


def test_linearity_without_input_shows_the_ramp_alone(exposure: Maker) -> None:
    assert "Change" not in titles(draw_linearity(exposure((1, 4, 8, 9))))


def test_nothing_but_nan_is_drawn(exposure: Maker) -> None:
    model = exposure((1, 2, 8, 9))
    model.data[...] = np.nan
    assert pixels(draw(model, pixel=(1, 1))).size


def test_memory_is_bounded_when_the_file_is_large(folder: Path, exposure: Maker) -> None:
    exposure((8, 4, 512, 1024)).save("large.fits")
    draw_exposure(exposure((1, 1, 8, 8)))
    tracemalloc.start()
    try:
        draw("large.fits", "large.fits")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 32 << 20


@pytest.mark.parametrize("step", ["saturation", "refpix", "dark_current", "jump"])
def test_memory_of_panels_is_bounded_when_the_file_is_large(
    folder: Path, exposure: Maker, step: str
) -> None:
    exposure((4, 8, 512, 1024)).save("large.fits")
    draw_step(step, exposure((1, 2, 8, 8)), exposure((1, 2, 8, 8)))
    tracemalloc.start()
    try:
        draw_step(step, "large.fits", "large.fits")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # SCI has 64 MB
    assert peak < 32 << 20


def test_error_when_the_pixel_is_outside(exposure: Maker) -> None:
    with pytest.raises(InputError, match=r"no pixel 9,0; columns go from 0 to 8"):
        draw(exposure((1, 2, 8, 9)), pixel=(9, 0))


def test_error_when_the_input_is_another_exposure(exposure: Maker) -> None:
    with pytest.raises(InputError, match="not the same exposure"):
        draw(exposure((1, 2, 8, 9)), exposure((1, 2, 8, 10)))


def test_error_when_there_is_nothing_to_draw(mask: Path) -> None:
    with pytest.raises(InputError, match="no SCI image to draw"):
        draw(mask)


@pytest.mark.parametrize("name", ["x.png", "x.pdf", "x.svg", "x"])
def test_picture_is_written_in_the_kind_of_its_name(
    folder: Path, exposure: Maker, name: str
) -> None:
    assert save(draw(exposure((1, 2, 8, 9))), name) == name
    assert (folder / name).stat().st_size > 5000


def test_error_when_the_kind_is_unknown(folder: Path, exposure: Maker) -> None:
    with pytest.raises(OutputError, match=r"x\.fits: a picture can be png, pdf, svg"):
        save(draw(exposure((1, 2, 8, 9))), "x.fits")


def test_few_flagged_pixels_do_not_look_like_all(exposure: Maker) -> None:
    few, all_of_them = exposure((1, 1, 3200, 2048)), exposure((1, 1, 3200, 2048))
    few.pixeldq[::5, ::5] |= np.uint32(pixel["DEAD"])
    all_of_them.pixeldq[...] |= np.uint32(pixel["DEAD"])
    dark = [panel(draw_exposure(model), "PIXELDQ").mean() for model in (few, all_of_them)]
    assert dark[0] > 0.75
    assert dark[1] == pytest.approx(0)


def test_do_not_use_is_seen_under_other_flags(exposure: Maker) -> None:
    model = exposure((1, 2, 64, 72), DEAD=(5, 6))
    model.pixeldq[5, 6] |= np.uint32(pixel["DO_NOT_USE"])
    figure = draw_exposure(model)
    assert "DO_NOT_USE: 1 pixel (0.022 %)" in titles(figure)
    assert np.count_nonzero(panel(figure, "DO_NOT_USE")) == 1


@pytest.mark.parametrize("shape", SHAPES)
def test_unit_of_the_bar_is_clear_of_the_numbers(exposure: Maker, shape: tuple[int, ...]) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure = draw_exposure(exposure(shape))
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw(renderer)
    (unit,) = (text for text in figure.texts if text.get_text() == "DN")
    labels = [*figure.axes[0].get_xticklabels(), *figure.axes[1].get_yticklabels()]
    box = unit.get_window_extent(renderer)
    shown = [each.get_window_extent(renderer) for each in labels if each.get_text()]
    assert not any(box.overlaps(each) for each in shown)
    assert not any(a.overlaps(b) for a, b in itertools.combinations(shown, 2))
