"""Texts of errors: options in a shell, arguments in Python."""

from __future__ import annotations

from pathlib import Path

import pytest

from jwst.dq_init import DQInitStep
from strun.errors import OutputError, ReferenceNotFoundError, StrunError, shown_in_shell


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("give --override_mask FILE or --refs DIR", "give override_mask=FILE or refs=DIR"),
        ("a MIRI reference or --allow-mismatch", "a MIRI reference or allow_mismatch=True"),
        ("choose another --output_dir", "choose another output_dir"),
        ("take files, as --glob '*_uncal.fits'", "take files, as glob='*_uncal.fits'"),
        ("a pack that --pack-refs has made", "a pack that strun --pack-refs has made"),
        ("No such option '--amuont'", "No such option '--amuont'"),
        ("x--refs.fits: cut", "x--refs.fits: cut"),
    ],
)
def test_options_are_arguments_in_python(text: str, told: str) -> None:
    assert str(StrunError(text)) == told
    with shown_in_shell():
        assert str(StrunError(text)) == text


def test_errors_of_builtin_kinds_too_have_arguments() -> None:
    assert str(OutputError("choose another --output_dir")) == "choose another output_dir"


def test_missing_reference_in_python_names_arguments(ramp: Path) -> None:
    with pytest.raises(ReferenceNotFoundError, match=r"none\.fits: .* check override_mask"):
        DQInitStep.call(str(ramp), override_mask="none.fits")
