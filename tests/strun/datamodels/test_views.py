"""A model to look at: drawn as a tree, searched, and in a notebook."""

from __future__ import annotations

from pathlib import Path

import pytest
from factories import make_ramp

from jwst import datamodels
from jwst.datamodels import RampModel


def test_info_draws_arrays_and_metadata(ramp: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = RampModel(ramp)
    model.info(max_rows=None)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "<RampModel(2, 5, 12, 16) from x_uncal.fits>"
    assert "├─data (ndarray): shape=(2, 5, 12, 16), dtype=float32, SCI" in lines
    assert "│ │ ├─name (str): MIRI" in lines
    assert model.loaded == {}


@pytest.mark.parametrize("rows", [3, 5, 10, 20])
def test_info_closes_nodes_until_it_fits(
    ramp: Path, capsys: pytest.CaptureFixture[str], rows: int
) -> None:
    RampModel(ramp).info(max_rows=rows)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= rows + 1
    assert lines[-1] == "Some nodes not shown."


def test_info_cuts_long_lines(ramp: Path, capsys: pytest.CaptureFixture[str]) -> None:
    RampModel(ramp).info(max_cols=30, show_values=False)
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 30
    assert "MIRI" not in out


def test_search_finds_names_values_and_types(ramp: Path) -> None:
    model = RampModel(ramp)
    assert "root['meta']['instrument']['name']" in model.search("name").paths
    assert model.search("^name$", value="MIRI").node == "MIRI"
    assert model.search(value="MIRI").nodes == ["MIRI", "MIRIMAGE"]
    assert model.search(key="nframes", type_=int).nodes == [1]
    assert model.search(filter_=lambda node: node == 1, key="nframes").nodes == [1]
    assert model.search("nope").node is None


def test_search_result_is_searched_and_shown(ramp: Path) -> None:
    found = RampModel(ramp).search("instrument").search("name")
    assert found.nodes == ["MIRI"]
    assert repr(found).splitlines() == [
        "root",
        "└─meta (dict)",
        "  └─instrument (dict)",
        "    └─name (str): MIRI",
    ]
    assert repr(RampModel().search("nope")) == "No results found."


def test_only_node_of_several_is_an_error(ramp: Path) -> None:
    with pytest.raises(ValueError, match="nodes were found, expected one"):
        _ = RampModel(ramp).search("name").node


def test_html_says_what_the_exposure_is(ramp: Path) -> None:
    with datamodels.open(ramp) as model:
        model.meta.cal_step.dq_init = "COMPLETE"
        model.meta.ref_file.mask.name = "mask.fits"
        text = model._repr_html_()
    for part in (
        "RampModel x_uncal.fits",
        "MIRI MIRIMAGE F1130W",
        "MIR_IMAGE",
        "dq_init COMPLETE",
        "mask: mask.fits",
        "float32 2 x 5 x 12 x 16",
    ):
        assert part in text


def test_html_reads_no_array(ramp: Path) -> None:
    with datamodels.open(ramp) as model:
        assert "on disk" in model._repr_html_()
        assert model.loaded == {}


def test_html_names_arrays_that_are_made_of_zeros(folder: Path) -> None:
    with datamodels.open(make_ramp(folder / "x.fits", flags=False)) as model:
        assert model._repr_html_().count("zeros, when touched") == 2


def test_html_escapes_what_the_header_says() -> None:
    model = datamodels.RampModel((1, 1, 2, 2))
    model.meta.target.catalog_name = "<script>"
    assert "&lt;script&gt;" in model._repr_html_()


def test_html_of_an_empty_model_is_its_name() -> None:
    assert datamodels.RampModel()._repr_html_() == "<div><strong>RampModel</strong></div>"


def test_html_of_a_closed_model_is_shown(ramp: Path) -> None:
    with datamodels.open(ramp) as model:
        assert model.data is not None
    assert "in memory" in model._repr_html_()
