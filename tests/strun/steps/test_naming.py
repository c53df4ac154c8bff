from __future__ import annotations

import re
from pathlib import Path

import pytest

from strun.steps.naming import KNOWN_SUFFIXES, product_name, without_suffix


def test_known_suffixes_are_all_there() -> None:
    assert len(KNOWN_SUFFIXES) == 159


@pytest.mark.parametrize(
    ("root", "expected"),
    [
        ("x_uncal", ("x", "_")),
        ("x-uncal", ("x", "-")),
        ("x_lastframestep", ("x", "_")),
        ("x_ramp_fit", ("x", "_")),
        ("x_dq_init_uncal", ("x_dq_init", "_")),
        ("x_aminorm-oi", ("x", "_")),
        ("x_UNCAL", ("x_UNCAL", "_")),
        ("x_other", ("x_other", "_")),
        ("uncal", ("uncal", "_")),
        ("_uncal", ("_uncal", "_")),
        ("xuncal", ("xuncal", "_")),
    ],
)
def test_one_known_suffix_is_taken_off_the_end(root: str, expected: tuple[str, str]) -> None:
    assert without_suffix(root) == expected


@pytest.mark.parametrize("suffix", ["cal", "ramp_fit", "ami-oi", "dq_init", "fit"])
@pytest.mark.parametrize("stem", ["x", "x_cal", "x-y_rate", "_", "a_ami"])
def test_suffix_is_found_as_the_pattern_of_jwst_finds_it(stem: str, suffix: str) -> None:
    known = "|".join(re.escape(each) for each in KNOWN_SUFFIXES)
    found = re.match(f"^(?P<root>.+?)((?P<separator>_|-)({known}))?$", f"{stem}_{suffix}")
    assert found is not None
    expected = (found["root"], found["separator"] or "_")
    assert without_suffix(f"{stem}_{suffix}") == expected


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("x_uncal.fits", "x_new.fits"),
        ("/data/x-uncal.fits", "x-new.fits"),
        ("x_uncal.fits.gz", "x_new.fits"),
        ("res.fits", "res_new.fits"),
        ("res", "res_new.fits"),
        ("a.b_uncal.fits", "a.b_new.fits"),
        ("x_uncal.FITS", "x_new.FITS"),
    ],
)
def test_product_is_named_after_its_base(base: str, expected: str) -> None:
    assert product_name(base, suffix="new") == expected


def test_product_keeps_its_name_without_a_suffix() -> None:
    assert product_name("x_uncal.fits", suffix=None) == "x_uncal.fits"


@pytest.mark.parametrize("extension", ["asdf", ".asdf"])
def test_extension_may_have_a_dot(extension: str) -> None:
    assert product_name("x_uncal.fits", suffix="new", extension=extension) == "x_new.asdf"


def test_components_stand_before_the_suffix() -> None:
    name = product_name("x_uncal.fits", suffix="new", components=("1", "b"))
    assert name == "x_1_b_new.fits"


def test_folder_may_hold_home_and_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    monkeypatch.setenv("OUT", "o u t")
    path = product_name("x.fits", suffix="new", folder="~/$OUT/${OUT}2")
    assert Path(path) == Path("/home/me/o u t/o u t2/x_new.fits")
