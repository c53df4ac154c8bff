from __future__ import annotations

import pytest

from jwst.datamodels import ImageModel
from strun.steps.step_status import query_step_status, record_step_status


def test_status_is_not_set_at_first() -> None:
    assert query_step_status(ImageModel((2, 2)), "jump") == "NOT SET"


@pytest.mark.parametrize(
    ("how", "status"),
    [({}, "COMPLETE"), ({"success": False}, "FAILED"), ({"status": "SKIPPED"}, "SKIPPED")],
)
def test_status_is_recorded(how: dict[str, object], status: str) -> None:
    model = ImageModel((2, 2))
    record_step_status(model, "jump", **how)  # type: ignore[arg-type]
    assert model.meta.cal_step.jump == status
    assert query_step_status([model], "jump") == status


def test_status_is_recorded_in_each_of_a_list() -> None:
    models = [ImageModel((2, 2)), ImageModel((2, 2))]
    record_step_status(models, "jump")
    assert [query_step_status(each, "jump") for each in models] == ["COMPLETE"] * 2


def test_other_words_are_refused() -> None:
    with pytest.raises(ValueError, match="DONE not in allowed values: COMPLETE, SKIPPED"):
        record_step_status(ImageModel((2, 2)), "jump", status="DONE")
