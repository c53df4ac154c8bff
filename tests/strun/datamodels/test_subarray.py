from __future__ import annotations

import pytest

from strun.blockio.tiles import Tile
from strun.datamodels.subarray import MIRI_FULL_FRAME, Placement, cut_placement, full_frame
from strun.errors import InputError, ReferenceFileError, ReferenceMismatchError

FULL = Placement((2048, 2048), 1, 1, 2048, 2048, "reference.fits")
SCIENCE = Placement((3, 5, 64, 32), 101, 201, 32, 64, "exposure.fits")


def bare(shape: tuple[int, int]) -> Placement:
    """Return a reference without keywords."""
    return Placement(shape, name="reference.fits")


def test_cut_placement_finds_the_corner() -> None:
    cut, warnings = cut_placement(SCIENCE, FULL)
    assert cut == Tile(slice(200, 264), slice(100, 132))
    assert warnings == ()


def test_cut_placement_counts_from_the_reference_corner_when_that_is_a_subarray() -> None:
    reference = Placement((100, 50), 91, 191, 50, 100)
    cut, _ = cut_placement(SCIENCE, reference)
    assert (cut.rows, cut.columns) == (slice(10, 74), slice(10, 42))


def test_cut_placement_is_whole_when_corner_and_size_agree() -> None:
    reference = SCIENCE._replace(shape=(64, 32))
    assert cut_placement(SCIENCE, reference)[0] == Tile(slice(0, 64), slice(0, 32))


@pytest.mark.parametrize("keyword", ["xstart", "ystart", "xsize", "ysize"])
def test_cut_placement_raises_when_the_exposure_misses_a_keyword(keyword: str) -> None:
    with pytest.raises(InputError, match=r"exposure\.fits: SUB\w+[12] is missing"):
        cut_placement(SCIENCE._replace(**{keyword: None}), FULL)


@pytest.mark.parametrize("value", [0, -3, 1.5, "1", True])
def test_cut_placement_raises_when_a_corner_is_impossible(value: object) -> None:
    with pytest.raises(InputError, match=r"exposure\.fits: SUBSTRT1 is"):
        cut_placement(SCIENCE._replace(xstart=value), FULL)
    with pytest.raises(ReferenceFileError, match=r"reference\.fits: SUBSTRT2 is"):
        cut_placement(SCIENCE, FULL._replace(ystart=value))


def test_cut_placement_takes_a_reference_as_full_frame_when_keywords_are_missing() -> None:
    cut, warnings = cut_placement(SCIENCE, bare((2048, 2048))._replace(xstart=7))
    assert (cut.rows, cut.columns) == (slice(200, 264), slice(100, 132))
    assert len(warnings) == 1
    assert "SUBSTRT2, SUBSIZE1, SUBSIZE2 missing" in warnings[0]


def test_cut_placement_knows_the_full_frame_of_miri() -> None:
    cut, _ = cut_placement(SCIENCE, bare((1024, 1032)), frame=full_frame("MIRI"))
    assert cut.rows == slice(200, 264)
    with pytest.raises(ReferenceFileError, match="no full frame"):
        cut_placement(SCIENCE, bare((1024, 1032)), frame=full_frame("NIRCAM"))


def test_full_frame_follows_the_instrument() -> None:
    assert full_frame("miri") == MIRI_FULL_FRAME
    assert full_frame("NIRSPEC") == full_frame(None) == (2048, 2048)


@pytest.mark.parametrize(
    "reference",
    [
        Placement((64, 31), 101, 201, 31, 64),
        Placement((63, 32), 101, 201, 32, 63),
        Placement((200, 200), 102, 201, 200, 200),
        Placement((200, 200), 101, 202, 200, 200),
        Placement((1, 1), 101, 201, 1, 1),
        Placement((1, 32), 101, 201, 32, 1),
    ],
)
def test_cut_placement_raises_when_the_reference_does_not_cover_the_exposure(
    reference: Placement,
) -> None:
    with pytest.raises(ReferenceMismatchError, match=r"^r\.fits covers .*e\.fits is corner \(101"):
        cut_placement(SCIENCE._replace(name="e.fits"), reference._replace(name="r.fits"))


def test_cut_placement_believes_the_arrays_when_sizes_in_headers_are_wrong() -> None:
    science = SCIENCE._replace(xsize=1, ysize=2048)
    cut, warnings = cut_placement(science, FULL._replace(xsize=100))
    assert (cut.rows, cut.columns) == (slice(200, 264), slice(100, 132))
    assert [w.split(":")[1].split(";")[0] for w in warnings] == [
        " SUBSIZE1 is 100 but the array has 2048 columns",
        " SUBSIZE1 is 1 but the array has 32 columns",
        " SUBSIZE2 is 2048 but the array has 64 rows",
    ]


def test_cut_placement_knows_that_irs2_has_more_rows_than_it_says() -> None:
    irs2 = Placement((3200, 2048), 1, 1, 2048, 2048)
    cut, warnings = cut_placement(irs2, irs2)
    assert (cut.rows, warnings) == (slice(0, 3200), ())


def test_cut_placement_raises_when_only_one_is_irs2() -> None:
    irs2 = Placement((3200, 2048), 1, 1, 2048, 2048)
    with pytest.raises(ReferenceMismatchError, match="3200 rows"):
        cut_placement(FULL, irs2)
    with pytest.raises(ReferenceMismatchError, match="3200 rows"):
        cut_placement(irs2, FULL)
