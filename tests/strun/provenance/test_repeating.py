"""What is taken from the record of a product, which anybody may have written, and what is not."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from astropy.io import fits

from jwst.dq_init import DQInitStep
from strun.errors import InputError, ReferenceNotFoundError, StepNotFoundError
from strun.provenance.repeating import repetition
from strun.references import hashing
from strun.steps.registry import find_installed
from strun.steps.running import run_on_file

OWN_STEP = """
from pathlib import Path
from jwst.stpipe import Step
Path("imported").touch()
class OwnStep(Step):
    def process(self, model):
        return self.prepare_input(model)
"""


def _forge(product: Path, **cards: str) -> None:
    with fits.open(product, mode="update") as hdus:
        for keyword, value in cards.items():
            hdus[0].header[keyword] = value


@pytest.mark.parametrize("name", ["pre_hooks", "post_hooks"])
def test_a_hook_of_a_record_is_refused(product: Path, name: str) -> None:
    _forge(product, STRUNP02=f"{name} = touch owned (cfg)")
    with pytest.raises(InputError, match=rf"which run code \({name} = touch owned\); --with-hooks"):
        repetition(str(product), find_installed)


def test_a_hook_behind_a_gap_of_the_numbers_is_refused(product: Path) -> None:
    _forge(product, STRUNP77="pre_hooks = touch owned (cfg)")
    with pytest.raises(InputError, match=r"its record names hooks"):
        repetition(str(product), find_installed)


def test_hooks_are_named_when_they_are_wanted(product: Path) -> None:
    _forge(product, STRUNP02="pre_hooks = touch owned (cfg)")
    found = repetition(str(product), find_installed, with_hooks=True)
    assert found.hooks == ["pre_hooks = touch owned"]
    assert found.sources[1] == ("cfg", {"pre_hooks": ["touch owned"]})


@pytest.mark.parametrize(
    "name", ["output_dir", "input_dir", "save_results", "search_output_file", "steps.x", "config"]
)
def test_a_parameter_that_no_record_has_is_refused(product: Path, name: str) -> None:
    _forge(product, STRUNP02=f"{name} = /tmp (cfg)")
    with pytest.raises(InputError, match=rf"STRUNP02 says {name}, which is no parameter"):
        repetition(str(product), find_installed)


def test_a_parameter_that_is_not_understood_is_refused(product: Path) -> None:
    _forge(product, STRUNP02="what is this")
    with pytest.raises(InputError, match=r"STRUNP02 is 'what is this', expected a parameter"):
        repetition(str(product), find_installed)


def test_a_value_that_is_not_of_its_type_is_the_fault_of_the_record(product: Path) -> None:
    _forge(product, STRUNP02="skip = perhaps (cfg)")
    with pytest.raises(InputError, match=r"x_dq_init.fits: its record cannot be used: skip = 'per"):
        repetition(str(product), find_installed).configured("new")


def test_nothing_is_written_outside_of_the_folder(product: Path, folder: Path) -> None:
    _forge(product, STRUNP02="output_file = ../../elsewhere/y.fits (cfg)")
    step = repetition(str(product), find_installed).configured(str(folder / "new"))
    assert (step.output_dir, step.output_file) == (str(folder / "new"), str(folder / "new/y.fits"))


@pytest.mark.parametrize("digest", ["ab", "x" * 64, "AB" * 32])
def test_a_sum_that_is_none_is_refused(product: Path, digest: str) -> None:
    _forge(product, H_MASK=digest)
    with pytest.raises(InputError, match=r"H_MASK is '.*', expected the 64 hexadecimal digits"):
        repetition(str(product), find_installed)


def test_an_input_is_not_looked_for_by_an_absolute_path(product: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "y.fits").touch()
    _forge(product, STRUNINP=str(tmp_path / "secret" / "y.fits"))
    with pytest.raises(InputError, match=r"its input .*y\.fits is not in"):
        repetition(str(product), find_installed)


def test_a_class_of_the_current_folder_is_not_imported(
    product: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "owned_step.py").write_text(OWN_STEP)
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    _forge(product, STRUNSTP="owned_step.OwnStep")
    with pytest.raises(InputError, match=r"owned_step.OwnStep: is in no installed package"):
        repetition(str(product), find_installed)
    assert not (folder / "imported").exists()


def test_the_current_folder_is_no_package_of_the_one_above(
    product: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "owned_step.py").write_text(OWN_STEP)
    monkeypatch.syspath_prepend(str(folder.parent))
    with pytest.raises(StepNotFoundError, match=r"is in no installed package"):
        find_installed(f"{folder.name.replace('-', '_')}.owned_step.OwnStep")
    assert not (folder / "imported").exists()


@pytest.mark.parametrize("name", ["antigravity.X", "numpy.f2py.__main__.X", "OwnStep", "a b.X"])
def test_a_module_that_holds_no_steps_is_not_imported(name: str) -> None:
    with pytest.raises(StepNotFoundError, match=r"is in no installed package"):
        find_installed(name)
    assert name.rpartition(".")[0] not in sys.modules


def test_a_class_of_an_installed_package_is_taken(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path_factory.mktemp("site")
    (site / "installed_step.py").write_text(OWN_STEP)
    monkeypatch.syspath_prepend(str(site))
    before = list(sys.path)
    assert find_installed("installed_step.OwnStep").__name__ == "OwnStep"
    assert sys.path == before


def test_a_mask_with_an_odd_name_is_found(
    ramp: Path, mask: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # other tests have masks of the same bytes, that would be found
    monkeypatch.setenv("XDG_CACHE_HOME", str(ramp.parent / "cache"))
    monkeypatch.setattr(hashing, "_of_this_process", {})
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    odd = mask.rename(os.fsdecode(b"m\xc3\xa4sk \xff.fits"))
    product = run_on_file(DQInitStep(override_mask=str(odd)), str(ramp)).product
    monkeypatch.setattr(hashing, "_of_this_process", {})
    said = dict(repetition(str(product), find_installed).sources[-1][1])
    assert os.path.samefile(said["override_mask"], odd)
    Path(odd).unlink()
    with pytest.raises(ReferenceNotFoundError, match=r"its mask reference"):
        repetition(str(product), find_installed)


def test_hooks_of_a_record_are_split_as_they_were_given(ramp: Path, mask: Path) -> None:
    commands = ["echo a, b", "echo it\\'s", "echo 'c, d' %41"]
    step = DQInitStep(override_mask=str(mask), post_hooks=commands)
    product = run_on_file(step, str(ramp)).product
    assert repetition(str(product), find_installed, with_hooks=True).sources[1][1] == {
        "post_hooks": commands
    }
