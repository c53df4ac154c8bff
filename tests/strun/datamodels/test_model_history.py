from __future__ import annotations

from pathlib import Path

from astropy.io import fits

from jwst.datamodels import RampModel


def test_history_of_a_file_comes_first(ramp: Path) -> None:
    fits.setval(ramp, "HISTORY", value="made by hand")
    model = RampModel(ramp)
    model.add_history_entry("seen")
    assert model.history == ["made by hand", "seen"]
    assert set(model.history[1]) == {"description", "time"}


def test_history_is_saved(ramp: Path) -> None:
    model = RampModel(ramp)
    model.history = ["first", {"description": "second"}]
    model.history.append("x" * 100)
    model.save("y.fits")
    assert list(fits.getheader("y.fits")["HISTORY"]) == ["first", "second", "x" * 72, "x" * 28]
    assert len(RampModel("y.fits").history) == 4


def test_history_that_nobody_changed_stays(ramp: Path) -> None:
    fits.setval(ramp, "HISTORY", value="made by hand")
    RampModel(ramp).save("y.fits")
    assert list(fits.getheader("y.fits")["HISTORY"]) == ["made by hand"]


def test_history_can_be_emptied(ramp: Path) -> None:
    fits.setval(ramp, "HISTORY", value="made by hand")
    model = RampModel(ramp)
    model.history.clear()
    model.save("y.fits")
    assert "HISTORY" not in fits.getheader("y.fits")


def test_copy_has_a_history_of_its_own() -> None:
    model = RampModel()
    model.add_history_entry("first")
    other = model.copy()
    other.add_history_entry("second")
    assert (len(model.history), len(other.history)) == (1, 2)


def test_history_differs_when_an_entry_does() -> None:
    model = RampModel()
    model.history.append("one")
    assert model.history == ["one"]
    assert not model.history != ["one"]  # noqa: SIM202
    assert model.history != ["two"]
