from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import pytest

from strun.installation import compiled_library, conflict, import_folder, version_line

CODE = "import sys; sys.path.insert(0, 'site'); from strun.cli.start import {0}; {0}()"


@pytest.fixture
def site(folder: Path) -> Path:
    """Return a folder with both packages of this installation."""
    ours = Path(import_folder()).parent
    for package in ("jwst", "strun"):
        shutil.copytree(ours / package, folder / "site" / package)
    return folder / "site"


@pytest.fixture
def mixed(site: Path) -> Path:
    """Return an import package that has files of STScI's too."""
    theirs = site / "jwst" / "associations"
    theirs.mkdir()
    (theirs / "__init__.py").touch()
    return site / "jwst"


def run(command: str, *words: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-c", CODE.format(command), *words]
    return subprocess.run(line, capture_output=True, text=True, check=False)


def test_this_installation_is_good() -> None:
    assert conflict() == ""


@pytest.mark.parametrize("command", ["strun", "quicklook", "collect_pipeline_cfgs"])
def test_commands_refuse_to_run_among_files_of_stscis_package(mixed: Path, command: str) -> None:
    done = run(command, "-h")
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(
        f"{command}: error: {mixed}: holds files of STScI's jwst, which cannot share"
    )


def test_files_of_another_package_are_seen_before_any_of_them_is_loaded(mixed: Path) -> None:
    (mixed / "stpipe" / "__init__.py").write_text("raise SystemExit('theirs')")
    assert "theirs" not in run("strun", "dq_init", "x.fits").stderr


def test_version_says_it_too(mixed: Path) -> None:
    done = run("strun", "--version")
    assert done.stdout.startswith("strun ")
    assert str(mixed) in done.stdout
    assert "cannot share an environment" in done.stderr
    assert done.returncode == 1


def test_python_refuses_it_as_well(mixed: Path) -> None:
    code = "import sys; sys.path.insert(0, 'site'); import jwst.stpipe"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "ImportError: " in done.stderr.splitlines()[-1]
    assert "cannot share an environment" in done.stderr


def test_stscis_package_in_another_folder_is_seen(site: Path, mixed: Path) -> None:
    elsewhere = site / "elsewhere"
    mixed.rename(site / "theirs")
    elsewhere.mkdir()
    (site / "theirs").rename(elsewhere / "jwst")
    code = f"import sys; sys.path.insert(0, {str(elsewhere)!r}); {CODE.format('strun')}"
    done = subprocess.run(
        [sys.executable, "-c", code, "-h"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"strun: error: {elsewhere / 'jwst'}: holds files of STScI's")


def test_version_line_says_whether_kernels_were_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("strun.installation.import_folder", lambda: str(tmp_path))
    assert version_line("1.0") == f"strun 1.0 (import package jwst in {tmp_path}; numpy alone)"
    (tmp_path / f"_kernels{EXTENSION_SUFFIXES[0]}").touch()
    assert version_line("1.0").endswith("compiled kernels)")


def test_compiled_library_is_the_one_that_this_python_loads(tmp_path: Path) -> None:
    (tmp_path / "_kernels.cpython-27-vax.so").touch()
    assert compiled_library(str(tmp_path), "_kernels") == ""
