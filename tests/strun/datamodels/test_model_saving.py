from __future__ import annotations

from pathlib import Path

import pytest
from astropy.io import fits

from jwst.datamodels import RampModel
from strun.errors import OutputError, OutputKindError


@pytest.mark.parametrize("name", ["x.asdf", "x.txt", "x", "x.fits.gz"])
def test_other_kinds_of_files_are_refused(folder: Path, name: str) -> None:
    with pytest.raises(OutputKindError, match=rf"{name}: models are saved as FITS; name it \.fits"):
        RampModel((1, 2, 3, 4)).save(name)
    assert not Path(name).exists()


def test_file_is_replaced_unless_told_not_to(folder: Path) -> None:
    model = RampModel((1, 2, 3, 4))
    Path("x.fits").write_text("older")
    with pytest.raises(OutputError, match=r"x\.fits: the file already exists"):
        model.save("x.fits", overwrite=False)
    assert Path("x.fits").read_text() == "older"
    assert model.save("x.fits") == "x.fits"
    assert fits.getdata("x.fits", "SCI").shape == (1, 2, 3, 4)


def test_to_fits_replaces_only_when_told_to(folder: Path) -> None:
    model = RampModel((1, 2, 3, 4))
    model.to_fits("x.fits")
    with pytest.raises(OSError, match="the file already exists"):
        model.to_fits("x.fits")
    model.to_fits("x.fits", overwrite=True)


def test_asdf_is_refused(folder: Path) -> None:
    with pytest.raises(OutputKindError, match=r"x\.asdf: models are saved as FITS alone"):
        RampModel((1, 2, 3, 4)).to_asdf("x.asdf")


def test_function_names_the_file(ramp: Path) -> None:
    assert RampModel(ramp).save(lambda name: f"new_{name}") == "new_x_uncal.fits"
    assert Path("new_x_uncal.fits").exists()


def test_folder_replaces_that_of_the_path(ramp: Path) -> None:
    Path("out").mkdir()
    assert RampModel(ramp).save("other/y.fits", dir_path=Path("out")) == "out/y.fits"


def test_unknown_option_is_an_error(ramp: Path) -> None:
    with pytest.raises(TypeError, match="clobber"):
        RampModel(ramp).save("y.fits", clobber=True)  # type: ignore[call-arg]
