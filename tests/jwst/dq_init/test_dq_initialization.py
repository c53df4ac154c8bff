from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest
from factories import SIZE, window

from jwst.datamodels import GuiderRawModel, MaskModel, RampModel, SuperstripeRampModel
from jwst.dq_init.dq_initialization import check_dimensions, do_dqinit
from strun.datamodels.dqflags import group, pixel
from strun.errors import ReferenceMismatchError

BAD = pixel["DO_NOT_USE"]


def place(model: RampModel | MaskModel, *, rows: int, columns: int, corner: int = 1) -> None:
    """Say where a model made in memory lies on its detector."""
    model.meta.instrument.name = "NIRCAM"
    where = model.meta.subarray
    where.xstart = where.ystart = corner
    where.xsize, where.ysize = columns, rows


def memory_mask(dq: np.ndarray) -> MaskModel:
    """Return a mask of standard flags."""
    model = MaskModel(dq=dq.astype(np.uint32))
    place(model, rows=dq.shape[0], columns=dq.shape[1])
    return model


def test_do_dqinit_sets_the_flags_that_the_mask_has_there(ramp: Path, mask: Path) -> None:
    before, reference = RampModel(ramp), MaskModel(mask)
    flags = MaskModel(mask).dq[window()]
    result = do_dqinit(RampModel(ramp), reference)
    assert (result.pixeldq == (before.pixeldq | flags)).all()
    assert (result.groupdq == (before.groupdq | (flags & BAD))).all()
    assert result.data.tobytes() == before.data.tobytes()
    assert result.meta.cal_step.dq_init == "COMPLETE"


def test_do_dqinit_gives_the_same_when_the_mask_was_read_before(ramp: Path, mask: Path) -> None:
    read = MaskModel(mask)
    assert read.dq is not None
    first, second = do_dqinit(RampModel(ramp), MaskModel(mask)), do_dqinit(RampModel(ramp), read)
    assert (first.pixeldq == second.pixeldq).all()


def test_do_dqinit_changes_the_model_it_is_given(ramp: Path, mask: Path) -> None:
    model = RampModel(ramp)
    assert do_dqinit(model, MaskModel(mask)) is model


def test_do_dqinit_adds_user_flags_and_keeps_the_mask_unchanged(ramp: Path) -> None:
    reference = memory_mask(np.zeros((64, 80)))
    user = np.full(SIZE, BAD | pixel["RC"], np.int64)
    result = do_dqinit(RampModel(ramp), reference, user)
    assert (result.pixeldq & (BAD | pixel["RC"]) == (BAD | pixel["RC"])).all()
    assert (result.groupdq & group["DO_NOT_USE"]).all()
    assert not reference.dq.any()


@pytest.mark.parametrize("shape", [(64, 80), (1, SIZE[1]), (1, *SIZE)])
def test_do_dqinit_raises_when_user_flags_have_another_shape(
    ramp: Path, mask: Path, shape: tuple[int, ...]
) -> None:
    with pytest.raises(ValueError, match="user_dq has shape="):
        do_dqinit(RampModel(ramp), MaskModel(mask), np.zeros(shape, np.uint32))


def test_do_dqinit_raises_when_the_mask_is_one_row(ramp: Path) -> None:
    with pytest.raises(ReferenceMismatchError, match="give a reference that covers it"):
        do_dqinit(RampModel(ramp), memory_mask(np.ones((1, 80))))


def test_do_dqinit_sets_dq_of_a_guider_exposure() -> None:
    model = GuiderRawModel((1, 2, 4, 5))
    place(model, rows=4, columns=5)
    model.meta.exposure.type = "FGS_ACQ1"
    flags = np.arange(20).reshape(4, 5)
    assert (do_dqinit(model, memory_mask(flags)).dq == flags).all()


def test_do_dqinit_sets_the_flags_of_each_superstripe(rng: np.random.Generator) -> None:
    model = SuperstripeRampModel()
    place(model, rows=3, columns=2048)
    for name, value in {"num_superstripe": 2, "superstripe_step": 3, "fastaxis": 1}.items():
        setattr(model.meta.subarray, name, value)
    model.meta.subarray.slowaxis = 2
    model.data = np.zeros((4, 2, 3, 2048), np.float32)
    flags = rng.integers(0, 8, (2048, 2048))
    result = do_dqinit(model, memory_mask(flags))
    stripes = flags[:6].reshape(2, 3, 2048)
    assert (result.pixeldq == stripes).all()
    expected = np.tile(stripes[:, None] & BAD, (2, 2, 1, 1))
    assert (result.groupdq == expected).all()


def test_check_dimensions_replaces_missing_and_misshapen_flags(
    caplog: pytest.LogCaptureFixture,
) -> None:
    model = RampModel((2, 3, 4, 5))
    model.pixeldq, model.groupdq = np.ones((1, 5), np.uint32), None
    with caplog.at_level(logging.WARNING):
        check_dimensions(model)
    assert [record.message for record in caplog.records] == [
        "Setting input pixel DQ to default array",
        "Setting input group DQ to default array",
    ]
    assert model.pixeldq.shape == (4, 5)
    assert model.groupdq.shape == (2, 3, 4, 5)
    assert not model.pixeldq.any()


def test_check_dimensions_replaces_dq_of_a_guider_exposure(
    caplog: pytest.LogCaptureFixture,
) -> None:
    model = GuiderRawModel((1, 2, 4, 5))
    model.dq = np.ones((4, 1), np.uint32)
    with caplog.at_level(logging.WARNING):
        check_dimensions(model)
    assert caplog.messages == ["Setting input DQ to default array"]
    assert model.dq.shape == (4, 5)


def test_check_dimensions_keeps_flags_that_fit() -> None:
    model = RampModel((2, 3, 4, 5))
    model.pixeldq = np.ones((4, 5), np.uint32)
    check_dimensions(model)
    assert model.pixeldq.all()
