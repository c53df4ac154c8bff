"""Man pages and completions that the wheel installs."""

from __future__ import annotations

import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARE = ROOT / "share"
PROGRAM = runpy.run_path(str(ROOT / "scripts/shell_files"))
PAGES = sorted(PROGRAM["COMMANDS"])


@pytest.mark.parametrize("name", PAGES)
def test_man_page_is_as_the_options_are(name: str) -> None:
    page = (SHARE / f"man/man1/{name}.1").read_text()
    assert page == PROGRAM["man_page"](name), "run scripts/shell_files"


def test_nothing_else_is_installed() -> None:
    found = {str(path.relative_to(SHARE)) for path in SHARE.rglob("*") if path.is_file()}
    assert found == set(PROGRAM["files"]())


@pytest.mark.skipif(shutil.which("groff") is None, reason="needs groff")
@pytest.mark.parametrize("name", PAGES)
def test_man_page_is_formatted_without_a_warning(name: str) -> None:
    words = ["groff", "-man", "-ww", "-Tutf8", "-P-c", SHARE / f"man/man1/{name}.1"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert "User Commands" in done.stdout


def _completed(shell: str, script: str) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    words = [shell, "-c", script]
    done = subprocess.run(
        words, capture_output=True, text=True, check=True, env={**os.environ, "PATH": path}
    )
    return done.stdout


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_bash_completes_by_the_installed_script() -> None:
    script = SHARE / "bash-completion/completions/strun"
    words = f"source {script}; COMP_WORDS=(strun dq_init --override_); COMP_CWORD=2"
    said = _completed("bash", f'{words}; _strun_completion strun; echo "${{COMPREPLY[@]}}"')
    assert said == "--override_mask\n"


@pytest.mark.skipif(shutil.which("zsh") is None, reason="needs zsh")
def test_zsh_reads_the_installed_script() -> None:
    script = SHARE / "zsh/site-functions/_strun"
    assert _completed("zsh", f"autoload -U compinit; compinit -u; . {script}; echo ok") == "ok\n"


@pytest.mark.skipif(shutil.which("fish") is None, reason="needs fish")
def test_fish_completes_by_the_installed_script() -> None:
    script = SHARE / "fish/vendor_completions.d/strun.fish"
    assert "linearity" in _completed("fish", f"source {script}; complete -C 'strun lin'")
