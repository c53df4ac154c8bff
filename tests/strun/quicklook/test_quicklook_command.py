"""The command quicklook, and --quicklook of strun."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from jwst.datamodels import RampModel
from strun.cli.quicklook import quicklook
from strun.errors import InputError

Maker = Callable[..., RampModel]


def run(*words: str) -> Result:
    return CliRunner().invoke(quicklook, words)


def test_picture_lies_beside_the_product(folder: Path, exposure: Maker) -> None:
    exposure((1, 2, 8, 9)).save("x_dq_init.fits")
    assert run("x_dq_init.fits").output == "x_dq_init.png written\n"
    assert (folder / "x_dq_init.png").read_bytes()[:4] == b"\x89PNG"


def test_options_name_input_pixel_and_picture(folder: Path, exposure: Maker) -> None:
    exposure((1, 2, 8, 9)).save("x.fits")
    assert run("x.fits", "--input", "x.fits", "--pixel", "3,4", "--out", "y.png").exit_code == 0
    assert (folder / "y.png").exists()


@pytest.mark.parametrize("word", ["3", "3,4,5", "a,b", ""])
def test_error_when_the_pixel_is_no_pixel(word: str) -> None:
    result = run("x.fits", "--pixel", word)
    assert result.exit_code == 2
    assert "expected column and row with a comma" in result.output


def test_error_when_the_product_is_missing(folder: Path) -> None:
    with pytest.raises(InputError, match=r"x\.fits: no such file"):
        CliRunner().invoke(quicklook, ["x.fits"], catch_exceptions=False)


def test_strun_draws_beside_each_product(ramp: Path, mask: Path, linearity: Path) -> None:
    strun = str(Path(sys.executable).with_name("strun"))
    first = [strun, "dq_init", "x_uncal.fits", "--override_mask", "mask.fits", "--quicklook"]
    second = [strun, "linearity", "x_dq_init.fits", "--override_linearity", "linearity.fits"]
    subprocess.run(first, check=True, capture_output=True)
    done = subprocess.run([*second, "--quicklook"], check=True, capture_output=True, text=True)
    assert "pixels NO_LIN_CORR" in done.stderr
    assert {path.name for path in ramp.parent.glob("*.png")} == {
        "x_dq_init.png",
        "x_linearitystep.png",
    }


def test_commands_start_without_numpy_and_matplotlib() -> None:
    code = (
        "import sys, strun.cli.strun, strun.cli.diff, strun.cli.quicklook;"
        "print([m for m in ('numpy', 'matplotlib', 'astropy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "[]\n"
