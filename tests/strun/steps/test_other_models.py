"""Models of other packages: objects that know their observatory and can be saved, no more."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from jwst.datamodels import AbstractDataModel
from jwst.stpipe import Pipeline, Step


class OtherModel:
    """The least that counts as a model: no meta, no copy."""

    crds_observatory = "jwst"

    def get_crds_parameters(self) -> dict[str, Any]:
        return {}

    def save(self, path: str, dir_path: str | None = None) -> str:
        Path(path).write_text("saved")
        return path


class PassStep(Step):
    """Return what was given."""

    spec = "output_ext = string(default='.other')"

    def process(self, init: Any) -> Any:  # noqa: ANN401
        return init


class PassPipeline(Pipeline):
    """Pass through one step."""

    step_defs = {"one": PassStep}

    def process(self, init: Any) -> Any:  # noqa: ANN401
        return self.one.run(init)  # type: ignore[attr-defined]


def test_other_model_counts_as_one() -> None:
    assert isinstance(OtherModel(), AbstractDataModel)


def test_other_model_is_saved_under_the_extension_of_its_step(folder: Path) -> None:
    PassStep(save_results=True, output_file="x").run(OtherModel())
    assert (folder / "x_passstep.other").read_text() == "saved"


def test_hook_before_a_step_takes_an_other_model_without_a_copy() -> None:
    given: list[object] = []
    model = OtherModel()
    assert PassStep(pre_hooks=[given.append]).run(model) is model
    assert given == [model]


def test_shell_command_gets_a_file_of_an_other_model(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    PassPipeline(steps={"one": {"post_hooks": ["cp {0} kept; echo {0}"]}}).run(OtherModel())
    assert (folder / "kept").read_text() == "saved"
    name = next(line for line in caplog.messages if "post_hook0" in line and "Spawn" not in line)
    assert name.startswith("stpipe.PassPipeline.one.post_hook0.")
    assert name.endswith(".other")
