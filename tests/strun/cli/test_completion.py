"""What a shell offers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

STRUN = Path(sys.executable).with_name("strun")


def offered(*words: str, shell: str = "bash") -> list[str]:
    """Return what is offered for the last word, without its kind."""
    position = str(len(words) - 1) if shell != "fish" else words[-1]
    environment = {
        "COMP_WORDS": " ".join(words),
        "COMP_CWORD": position,
        "_STRUN_COMPLETE": f"{shell}_complete",
    }
    done = subprocess.run(
        [STRUN], env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_steps_commands_and_cfg_files_are_offered(folder: Path) -> None:
    (folder / "my.cfg").touch()
    assert {"plain,dq_init", "plain,linearity", "plain,diff", "plain,my.cfg"} <= set(
        offered("strun", "")
    )


def test_class_paths_are_offered_once_begun(folder: Path) -> None:
    assert offered("strun", "jwst.li") == ["plain,jwst.linearity.LinearityStep"]


def test_options_of_the_step_are_offered(folder: Path) -> None:
    assert offered("strun", "dq_init", "--ov") == ["plain,--override_mask"]
    assert offered("strun", "linearity", "--durab") == ["plain,--durable"]


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        (("dq_init", "x"), ["file,x"]),
        (("dq_init", "--override_mask", "m"), ["file,m"]),
        (("dq_init", "--output_dir", "o"), ["dir,o"]),
        (("dq_init", "--skip", "t"), ["plain,true"]),
        (("dq_init", "--log-level", "w"), ["plain,WARNING"]),
        (("diff", "a.fits", "b"), ["file,b"]),
        (("cfgs/",), ["file,cfgs/"]),
    ],
)
def test_values_are_offered_by_kind(folder: Path, words: tuple[str, ...], kinds: list[str]) -> None:
    assert offered("strun", *words) == kinds


def test_nothing_is_said_when_the_step_is_unknown(folder: Path) -> None:
    (folder / "bad.cfg").write_text("name =")
    assert offered("strun", "bad.cfg", "--o") == ["file,--o"]


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_are_served(folder: Path, shell: str) -> None:
    assert any("linearity" in line for line in offered("strun", "lin", shell=shell))
