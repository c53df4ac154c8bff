from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from strun.cli.collect_pipeline_cfgs import collect_pipeline_cfgs
from strun.steps import registry

ROOT = Path(__file__).resolve().parents[3]


def test_collect_writes_what_the_repository_holds(folder: Path) -> None:
    CliRunner().invoke(collect_pipeline_cfgs, ["made"], catch_exceptions=False)
    made = {path.name: path.read_text() for path in (folder / "made").iterdir()}
    assert made == {path.name: path.read_text() for path in (ROOT / "cfgs").iterdir()}


def test_collect_keeps_a_cfg_that_is_there(folder: Path) -> None:
    (folder / "dq_init.cfg").write_text("mine")
    result = CliRunner().invoke(collect_pipeline_cfgs, ["."], catch_exceptions=False)
    assert (folder / "dq_init.cfg").read_text() == "mine"
    assert "is kept" in result.output


def test_collect_replaces_a_cfg_when_forced(folder: Path) -> None:
    (folder / "dq_init.cfg").write_text("mine")
    CliRunner().invoke(collect_pipeline_cfgs, [".", "--force"], catch_exceptions=False)
    found, said = registry.find(str(folder / "dq_init.cfg"))
    assert (found.class_alias, said is not None) == ("dq_init", True)
