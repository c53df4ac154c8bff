from __future__ import annotations

from pathlib import Path

import pytest

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
