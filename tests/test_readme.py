from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from astropy.io import fits

from strun.provenance.record import checksum_keyword
from strun.steps.registry import find
from strun.steps.step import Step

README = (Path(__file__).resolve().parents[1] / "README.md").read_text()


def python_with(word: str) -> str:
    """Return the first block of Python in the README that has a word."""
    return next(b for b in re.findall(r"```python\n(.*?)```", README, re.DOTALL) if word in b)


COMMANDS = sorted(set(re.findall(r"^\| `strun (\S+) [x\w]*\.fits", README, re.MULTILINE)))


@pytest.mark.parametrize("name", COMMANDS)
def test_steps_of_the_table_of_commands_are_there(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Path(__file__).resolve().parents[1])
    assert issubclass(find(name)[0], Step)


def test_the_step_of_the_readme_runs(ramp: Path) -> None:
    Path("mysteps.py").write_text(python_with("class Pedestal"))
    strun = Path(sys.executable).with_name("strun")
    subprocess.run(
        [strun, "mysteps.PedestalStep", ramp, "--level", "3"], check=True, capture_output=True
    )
    product = fits.getdata("x_pedestal.fits", "SCI")
    assert (product == fits.getdata(ramp, "SCI") - 3).all()


def test_the_check_of_the_step_of_the_readme_passes(folder: Path) -> None:
    Path("mysteps.py").write_text(python_with("class Pedestal"))
    Path("check.py").write_text(python_with("check_correction"))
    subprocess.run([sys.executable, "check.py"], check=True)


def test_checksums_of_all_kinds_of_references_are_named() -> None:
    section = README.partition("\n## References\n")[2]
    kinds = re.search(r"KIND\s+is\s+(.*?)\.", section, re.DOTALL)
    assert kinds is not None
    named = set(re.findall(r"`(H_\w+)`", section))
    words = set(re.findall(r"\w+", kinds[1])) - {"or", "sirskernel"}
    assert named == {checksum_keyword(kind) for kind in words}
