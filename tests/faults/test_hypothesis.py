"""Headers, shapes, dtypes and names drawn at random: right numbers, or one line and no product."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from astropy.io import fits
from factories import coefficients, dq_def, make_ramp, reference_header
from fuzzing import run_here
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from plain_numpy import initialized, linearized

from strun.datamodels.dqflags import pixel
from strun.datamodels.keywords import table

quick = settings(
    max_examples=40,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
sizes = st.integers(1, 9)
corners = st.integers(1, 6)
dtypes = st.sampled_from(["u1", "i2", "u2", "i4", "u4", "i8", "f4", "f8"])
names_of_flags = st.lists(
    st.sampled_from([*pixel, "NOT_A_FLAG", ""]), min_size=0, max_size=9, unique=True
)


@contextmanager
def empty_folder() -> Iterator[Path]:
    """Work in an empty folder: a fixture would be one for all examples."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as place:
        os.chdir(place)
        try:
            yield Path(place)
        finally:
            os.chdir(before)


def run(*words: str) -> tuple[int, list[str]]:
    return run_here((*words, "--log_stream=null"))


def right_or_refused(words: tuple[str, ...], expected: dict[str, np.ndarray] | None) -> None:
    """Run, and compare with what is expected; None when the run must be refused."""
    before = set(os.listdir())
    code, lines = run(*words, "--output_file=out", "--suffix=put")
    made = set(os.listdir()) - before
    if expected is None:
        assert code == 1
        assert len(lines) == 1, lines
        assert lines[0].startswith("strun: error: ")
        assert "--debug" not in lines[0]
        assert not made
        return
    assert (code, lines, made) == (0, [], {"out_put.fits"})
    with fits.open("out_put.fits") as product:
        for name, values in expected.items():
            np.testing.assert_array_equal(product[name].data, values, name)


@st.composite
def scenes(draw: st.DrawFn) -> dict[str, Any]:
    """Return how exposure and reference are made."""
    return {
        "shape": (draw(st.integers(1, 3)), draw(st.integers(1, 4)), draw(sizes), draw(sizes)),
        "dtype": draw(dtypes),
        "flags": draw(st.booleans()),
        "corner": (draw(corners), draw(corners)),
        "size": (draw(st.integers(1, 16)), draw(st.integers(1, 16))),
        "reference_corner": (draw(st.integers(1, 3)), draw(st.integers(1, 3))),
        "names": tuple(draw(names_of_flags)),
        "seed": draw(st.integers(0, 1 << 20)),
    }


def exposure(scene: dict[str, Any]) -> Path:
    x, y = scene["corner"]
    where = {"SUBSTRT1": x, "SUBSTRT2": y}
    how = {"shape": scene["shape"], "dtype": scene["dtype"], "flags": scene["flags"]}
    return make_ramp(Path("x_uncal.fits"), **how, **where)


def window_of(scene: dict[str, Any]) -> tuple[slice, slice] | None:
    """Return the rows and columns of the reference that the exposure covers, None if not all."""
    (x, y), (x0, y0) = scene["corner"], scene["reference_corner"]
    (ny, nx), (rows, columns) = scene["shape"][2:], scene["size"]
    if x < x0 or y < y0 or x - x0 + nx > columns or y - y0 + ny > rows:
        return None
    return slice(y - y0, y - y0 + ny), slice(x - x0, x - x0 + nx)


def reference(scene: dict[str, Any], kind: str, *hdus: fits.ImageHDU) -> Path:
    x, y = scene["reference_corner"]
    head = reference_header(kind, scene["size"], SUBSTRT1=x, SUBSTRT2=y)
    rng = np.random.default_rng(scene["seed"])
    dq = rng.integers(0, 1 << 10, scene["size"]).astype(np.uint32)
    table_of_flags = [dq_def(*scene["names"])] if scene["names"] else []
    path = Path(f"{kind.lower()}.fits")
    parts = [head, *hdus, fits.ImageHDU(dq, name="DQ"), *table_of_flags]
    fits.HDUList(parts).writeto(path)
    return path


@quick
@given(scene=scenes())
def test_dq_init_is_right_or_refused(scene: dict[str, Any]) -> None:
    with empty_folder():
        source, mask = exposure(scene), reference(scene, "MASK")
        window = window_of(scene)
        expected = initialized(source, mask, window) if window else None
        right_or_refused(("dq_init", str(source), f"--override_mask={mask}"), expected)


@quick
@given(scene=scenes(), terms=st.integers(1, 6))
def test_linearity_is_right_or_refused(scene: dict[str, Any], terms: int) -> None:
    with empty_folder():
        source = exposure(scene)
        rng = np.random.default_rng(scene["seed"])
        # with one plane it is no polynomial
        coeffs = coefficients(rng, max(terms, 2), scene["size"])[:terms]
        path = reference(scene, "LINEARITY", fits.ImageHDU(coeffs, name="COEFFS"))
        window = window_of(scene)
        expected = linearized(source, path, window) if window and terms > 1 else None
        right_or_refused(("linearity", str(source), f"--override_linearity={path}"), expected)


file_names = st.text(
    st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1, max_size=40
).filter(lambda name: name not in (".", "..") and len(name.encode()) < 200)


@quick
@given(name=file_names, extension=st.sampled_from([".fits", "_uncal.fits", "", ".fit", ".FITS"]))
def test_any_file_name_gives_one_product_beside_it(name: str, extension: str) -> None:
    assume(not name.lower().endswith((".cfg", ".asdf", ".gz")))
    with empty_folder() as folder:
        source = make_ramp(Path("made.fits")).rename(folder / f"{name}{extension}")
        code, lines = run("dq_init", str(source), "--override_mask=N/A")
        assert (code, lines) == (0, [])
        (product,) = set(os.listdir()) - {source.name}
        assert "dq_init" in product
        with fits.open(source) as before, fits.open(product) as after:
            np.testing.assert_array_equal(after["SCI"].data, before["SCI"].data)
            assert after[0].header["S_DQINIT"] == "SKIPPED"


OWN = {row.keyword for row in table().by_path.values()} | {
    "SIMPLE",
    "BITPIX",
    "NAXIS",
    "EXTEND",
    "DATE",
}
keywords = st.from_regex(r"[A-Z][A-Z0-9_-]{0,7}", fullmatch=True).filter(
    lambda name: name not in OWN and not name.startswith(("STRUN", "NAXIS", "TF", "TT", "H_"))
)
texts = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=100)
values = st.one_of(
    st.booleans(),
    st.integers(-(1 << 63), 1 << 63),
    st.floats(allow_nan=False, allow_infinity=False),
    texts.map(str.rstrip),
    st.none(),
)


@quick
@given(cards=st.dictionaries(keywords, values, max_size=12), units=st.booleans())
def test_keywords_that_are_not_ours_come_through(cards: dict[str, Any], units: bool) -> None:
    with empty_folder():
        source = make_ramp(Path("x_uncal.fits"))
        with fits.open(source, mode="update") as hdus:
            for keyword, value in cards.items():
                hdus[1 if units else 0].header[keyword] = value
        code, lines = run("dq_init", str(source), "--override_mask=N/A")
        assert (code, lines) == (0, [])
        before, after = (fits.getheader(path, int(units)) for path in (source, "x_dq_init.fits"))
        assert [after.cards[key].image for key in cards] == [
            before.cards[key].image for key in cards
        ]
