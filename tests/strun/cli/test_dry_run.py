"""The command's --dry-run."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from strun.cli.strun import strun


def _dry(*words: str) -> Result:
    return CliRunner().invoke(strun, [*words, "--dry-run"], standalone_mode=False)


@pytest.fixture
def told(ramp: Path, mask: Path) -> list[str]:
    """Return the lines about a run of dq_init."""
    result = _dry("dq_init", str(ramp), "--override_mask", str(mask), "--suffix", "flagged")
    assert result.exception is None
    return [" ".join(line.split()) for line in result.stdout.splitlines()]


def test_parameters_stand_with_their_origin(told: list[str]) -> None:
    assert "suffix = flagged command line" in [line.removeprefix("parameter ") for line in told]
    assert not any(line.endswith(" default") for line in told)


def test_defaults_are_counted_and_shown_by_verbose(ramp: Path, mask: Path, told: list[str]) -> None:
    (counted,) = [line for line in told if "others have their defaults" in line]
    lines = _dry(
        "dq_init", str(ramp), "--override_mask", str(mask), "--verbose"
    ).stdout.splitlines()
    shown = [line for line in lines if line.endswith("  default")]
    assert any(" ".join(line.split()) == "skip = False default" for line in shown)
    # the suffix is one of them here
    assert counted.startswith(f"{len(shown) - 1} others")


def test_of_a_pipeline_only_what_was_said_is_shown(ramp: Path) -> None:
    words = ["--stop_after=group_scale", "--steps.ipc.skip"]
    lines = _dry("calwebb_detector1", str(ramp), *words).stdout.splitlines()
    said = [line.removeprefix("parameter").strip() for line in lines[2:5]]
    assert [line.split(" ")[0] for line in said[:2]] == ["stop_after", "steps.ipc.skip"]
    assert "others have their defaults" in said[2]


def test_parameters_of_a_cfg_file_stand_with_their_origin(ramp: Path, folder: Path) -> None:
    cfg = folder / "d.cfg"
    cfg.write_text('name = "dq_init"\nclass = "jwst.dq_init.DQInitStep"\noverride_mask = "N/A"\n')
    lines = _dry(str(cfg), str(ramp)).stdout.splitlines()
    assert any(" ".join(line.split()) == "parameter override_mask = N/A cfg" for line in lines)


def test_reference_stands_with_the_reason(told: list[str], mask: Path) -> None:
    assert f"reference mask: {mask} (override)" in told


def test_product_and_memory_are_told(told: list[str], folder: Path) -> None:
    assert any(line.startswith(f"product {folder / 'x_flagged.fits'} (new, ") for line in told)
    assert any(line.startswith("memory ") and line.endswith(" MB") for line in told)


def test_older_product_is_told(ramp: Path, mask: Path, folder: Path) -> None:
    (folder / "x_dq_init.fits").write_bytes(b"old")
    assert (
        "takes the place of an older one"
        in _dry("dq_init", str(ramp), "--override_mask", str(mask)).stdout
    )


def test_nothing_is_written(ramp: Path, mask: Path, folder: Path) -> None:
    before = sorted(folder.rglob("*"))
    _dry("dq_init", str(ramp), "--override_mask", str(mask), "--output_dir", "out")
    assert sorted(folder.rglob("*")) == before
