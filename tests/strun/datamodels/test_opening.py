from __future__ import annotations

import importlib
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from factories import make_ramp, primary
from step_references import make_of_kind

from jwst import datamodels
from jwst.datamodels import RampModel
from strun.datamodels.opening import open_ramp
from strun.errors import FitsError, InputError, InputNotFoundError


def write(path: Path, *axes: int, **keywords: object) -> Path:
    hdus = [primary(**({"DATAMODL": None} | keywords))]
    if axes:
        hdus.append(fits.ImageHDU(np.zeros(axes, "f4"), name="SCI"))
    fits.HDUList(hdus).writeto(path)
    return path


@pytest.mark.parametrize(
    ("axes", "kind"),
    [
        ((), "JwstDataModel"),
        ((4, 5), "ImageModel"),
        ((3, 4, 5), "CubeModel"),
        ((2, 3, 4, 5), "RampModel"),
    ],
)
def test_axes_choose_the_class(folder: Path, axes: tuple[int, ...], kind: str) -> None:
    assert type(datamodels.open(write(folder / "x.fits", *axes))).__name__ == kind


@pytest.mark.parametrize("kind", ["Level1bModel", "GuiderRawModel", "RampModel"])
def test_datamodl_chooses_the_class(folder: Path, kind: str) -> None:
    path = write(folder / "x.fits", 2, 3, 4, 5, DATAMODL=kind)
    assert type(datamodels.open(path)).__name__ == kind


def test_unknown_datamodl_leaves_it_to_the_axes(folder: Path) -> None:
    path = write(folder / "x.fits", 4, 5, DATAMODL="FooModel")
    assert isinstance(datamodels.open(path), datamodels.ImageModel)


def test_references_are_known_by_reftype(mask: Path, linearity: Path) -> None:
    assert isinstance(datamodels.open(mask), datamodels.MaskModel)
    assert isinstance(datamodels.open(linearity), datamodels.LinearityModel)


def test_hdulist_and_model_are_opened(ramp: Path) -> None:
    with fits.open(ramp) as hdus:
        model = datamodels.open(hdus)
    data = model.data
    assert datamodels.open(model).data is data


def test_missing_file_is_named(folder: Path) -> None:
    with pytest.raises(InputNotFoundError, match=r"nope\.fits: no such file"):
        datamodels.open("nope.fits")


def test_text_is_no_fits(folder: Path) -> None:
    Path("text.fits").write_text("hello")
    with pytest.raises(FitsError, match=r"text\.fits: not a FITS file"):
        datamodels.open("text.fits")


def test_folder_is_named(folder: Path) -> None:
    with pytest.raises(InputError, match="is a folder"):
        datamodels.open(folder)


def test_number_cannot_be_opened() -> None:
    with pytest.raises(InputError, match="cannot open an object of type int"):
        datamodels.open(5)


@pytest.mark.parametrize("kind", ["FGS_ID-IMAGE", "FGS_ID-STACK", "FGS_ACQ1", "FGS_ACQ2"])
def test_guider_exposures_open_as_guider_ramps(folder: Path, kind: str) -> None:
    model = open_ramp(make_ramp(folder / "x.fits", flags=False, EXP_TYPE=kind))
    assert isinstance(model, datamodels.GuiderRawModel)


def test_superstripes_open_as_such(folder: Path) -> None:
    model = open_ramp(make_ramp(folder / "x.fits", flags=False, SSTR_NST=3))
    assert isinstance(model, datamodels.SuperstripeRampModel)
    assert model.array_shape("pixeldq") == (3, 12, 16)


def test_class_is_not_guessed_when_told_so(folder: Path) -> None:
    path = write(folder / "x.fits", 4, 5, DATAMODL="FooModel")
    with pytest.raises(TypeError, match=r"x\.fits: DATAMODL is 'FooModel', expected one of"):
        datamodels.open(path, guess=False)


@pytest.mark.parametrize("kind", ["DarkMIRIModel", "GainModel", "IPCModel", "RSCDModel"])
def test_reference_opens_as_its_datamodl(folder: Path, kind: str) -> None:
    path = write(folder / "x.fits", DATAMODL=kind, REFTYPE="X")
    assert type(datamodels.open(path)) is getattr(datamodels, kind)


@pytest.mark.parametrize(
    ("shape", "kind"),
    [
        ((), "ReferenceFileModel"),
        ((4, 5), "ReferenceImageModel"),
        ((3, 4, 5), "ReferenceCubeModel"),
        ((2, 3, 4, 5), "RampModel"),
    ],
)
def test_reference_without_datamodl_opens_by_its_axes(
    folder: Path, shape: tuple[int, ...], kind: str
) -> None:
    path = write(folder / "x.fits", *shape, REFTYPE="DARK")
    assert type(datamodels.open(path)) is getattr(datamodels, kind)


def test_reference_of_four_axes_with_flags_is_no_ramp(folder: Path) -> None:
    dark = make_of_kind(folder / "dark.fits", "dark")
    assert isinstance(datamodels.open(dark), datamodels.ReferenceQuadModel)


def test_metadata_are_read_alone(ramp: Path) -> None:
    assert datamodels.read_metadata(ramp)["meta.instrument.name"] == "MIRI"
    nested = datamodels.read_metadata(ramp, flatten=False)
    assert nested["meta"]["instrument"]["name"] == "MIRI"


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("mask", "MaskModel"),
        ("linearity", "LinearityModel"),
        ("guider", "GuiderRawModel"),
        ("level1b", "Level1bModel"),
        ("ramp", "RampModel"),
        ("image", "ImageModel"),
        ("cube", "CubeModel"),
        ("reference", "ReferenceFileModel"),
        ("model_base", "JwstDataModel"),
    ],
)
def test_models_are_in_the_modules_that_jwst_has(module: str, name: str) -> None:
    found = getattr(importlib.import_module(f"jwst.datamodels.{module}"), name)
    assert found is getattr(datamodels, name)


def test_file_without_date_is_of_now(ramp: Path) -> None:
    assert RampModel(ramp).meta.date is not None
    fits.setval(ramp, "DATE", value="1999-01-01T00:00:00")
    assert RampModel(ramp).meta.date == "1999-01-01T00:00:00"


def test_open_ramp_shares_the_arrays_of_a_model() -> None:
    model = RampModel((1, 2, 3, 4))
    assert open_ramp(model).data is model.data


@pytest.mark.parametrize("name", ["PIXELDQ", "GROUPDQ"])
def test_flags_of_floats_are_refused(folder: Path, name: str) -> None:
    path = make_ramp(folder / "x.fits")
    with fits.open(path, mode="update") as hdus:
        hdus[name].data = hdus[name].data.astype(np.float32)
    with pytest.raises(InputError, match=rf"x\.fits: {name} is float32, expected integers"):
        open_ramp(path).has_array(name.lower())


@pytest.mark.parametrize("value", [np.nan, 0.5, -1.0])
def test_flags_that_are_no_whole_numbers_cannot_be_set(value: float) -> None:
    model = RampModel((1, 2, 3, 4))
    with pytest.raises(InputError, match=f"pixeldq has the value {value:g}, expected integers"):
        model.pixeldq = np.full((3, 4), value)
    model.pixeldq = np.full((3, 4), 4.0)
    assert (model.pixeldq == 4).all()
