"""Models of Python code whose arrays are not as they should be: refused, or right numbers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fault_numbers import mask_flags

from jwst.datamodels import LinearityModel, MaskModel, RampModel
from jwst.dq_init import DQInitStep
from jwst.linearity import LinearityStep
from jwst.stpipe import Step
from strun.datamodels.dqflags import group, pixel
from strun.errors import StrunError

Change = Callable[[Any], Any]


def nothing(_: Any) -> None:  # noqa: ANN401
    """Leave out an array."""


WRONG: list[tuple[str, str, Change]] = [
    ("groupdq", "one group", lambda a: a[:, :1]),
    ("groupdq", "one integration", lambda a: a[:1]),
    ("groupdq", "one row", lambda a: a[:, :, :1]),
    ("groupdq", "one column", lambda a: a[..., :1]),
    ("pixeldq", "one row", lambda a: a[:1]),
    ("pixeldq", "one column", lambda a: a[:, :1]),
    ("pixeldq", "turned", np.transpose),
]
IDS = [f"{name} of {what}" for name, what, _ in WRONG]
KINDS: list[tuple[str, Change]] = [
    ("big-endian", lambda a: a.astype(">f4")),
    ("doubles", lambda a: a.astype("f8")),
    ("integers", lambda a: a.astype("i8")),
    ("columns first", np.asfortranarray),
    ("every other byte", lambda a: np.repeat(a, 2, axis=-1)[..., ::2]),
    ("read-only", lambda a: np.frombuffer(a.tobytes(), "f4").reshape(a.shape)),
    ("lists", lambda a: a.tolist()),
]


@pytest.mark.parametrize(("name", "what", "change"), WRONG, ids=IDS)
def test_linearity_refuses_flags_of_another_shape(
    ramp: Path, linearity: Path, name: str, what: str, change: Change
) -> None:
    model = RampModel(ramp)
    setattr(model, name, change(getattr(model, name)))
    with pytest.raises(StrunError, match=rf"{name} has shape .*, expected"):
        LinearityStep.call(model, override_linearity=str(linearity))


@pytest.mark.parametrize(("name", "what", "change"), WRONG, ids=IDS)
def test_dq_init_makes_flags_of_another_shape_anew(
    ramp: Path, mask: Path, name: str, what: str, change: Change
) -> None:
    model = RampModel(ramp)
    before = {"pixeldq": model.pixeldq.copy(), "groupdq": model.groupdq.copy()}
    setattr(model, name, change(getattr(model, name)))
    before[name] = np.zeros_like(before[name])
    after = DQInitStep.call(model, override_mask=str(mask))
    flags = mask_flags()
    bad = (flags & pixel["DO_NOT_USE"]).astype(np.uint8)
    np.testing.assert_array_equal(after.pixeldq, before["pixeldq"] | flags)
    np.testing.assert_array_equal(after.groupdq, before["groupdq"] | bad * group["DO_NOT_USE"])


@pytest.mark.parametrize("name", ["pixeldq", "groupdq"])
def test_missing_flags_are_no_flags(ramp: Path, linearity: Path, name: str) -> None:
    given, zeros = RampModel(ramp), RampModel(ramp)
    setattr(given, name, None)
    setattr(zeros, name, np.zeros_like(getattr(zeros, name)))
    results = [
        LinearityStep.call(model, override_linearity=str(linearity)) for model in (given, zeros)
    ]
    for each in ("data", "pixeldq", "groupdq"):
        np.testing.assert_array_equal(*[getattr(result, each) for result in results])


@pytest.mark.parametrize(("kind", "change"), KINDS, ids=[kind for kind, _ in KINDS])
def test_numbers_are_the_same_however_the_data_lie_in_memory(
    ramp: Path, linearity: Path, kind: str, change: Change
) -> None:
    model = RampModel(ramp)
    model.data = change(model.data)
    after = LinearityStep.call(model, override_linearity=str(linearity))
    expected = LinearityStep.call(str(ramp), override_linearity=str(linearity))
    np.testing.assert_array_equal(after.data, expected.data)
    np.testing.assert_array_equal(after.pixeldq, expected.pixeldq)


@pytest.mark.parametrize(
    "what", [None, 7, [], {}, "", b"x", "none.fits", Path("none.fits"), np.zeros((2, 2)), open]
)
@pytest.mark.parametrize("step", [DQInitStep, LinearityStep])
def test_what_is_no_exposure_is_refused(
    folder: Path, mask: Path, linearity: Path, step: type[Step], what: object
) -> None:
    kind = step.reference_file_types[0]
    reference = {"mask": mask, "linearity": linearity}[kind]
    with pytest.raises(StrunError, match=r"no such file|cannot (be|open)|no SCI"):
        step.call(what, **{f"override_{kind}": str(reference)})


@pytest.mark.parametrize(
    ("name", "change", "line"),
    [
        ("coeffs", nothing, "no COEFFS"),
        ("coeffs", lambda a: a[:1], "COEFFS has 1 plane"),
        ("coeffs", lambda a: a[:, :1], "expected equal sizes"),
        ("coeffs", lambda a: a[..., :1], "expected equal sizes"),
        ("dq", lambda a: a[:1], "expected equal sizes"),
    ],
)
def test_a_reference_model_of_another_shape_is_refused(
    ramp: Path, linearity: Path, name: str, change: Change, line: str
) -> None:
    reference = LinearityModel(linearity)
    setattr(reference, name, change(getattr(reference, name)))
    with pytest.raises(StrunError, match=line):
        LinearityStep.call(str(ramp), override_linearity=reference)


@pytest.mark.parametrize("change", [nothing, lambda a: a[:1], lambda a: a[:, :1]])
def test_a_mask_model_of_another_shape_is_refused(ramp: Path, mask: Path, change: Change) -> None:
    reference = MaskModel(mask)
    reference.dq = change(reference.dq)
    with pytest.raises(StrunError, match=r"no DQ extension|give a reference that covers it"):
        DQInitStep.call(str(ramp), override_mask=reference)


def test_a_model_of_another_kind_is_no_reference(ramp: Path, mask: Path, linearity: Path) -> None:
    with pytest.raises(StrunError, match="REFTYPE is LINEARITY, expected MASK"):
        DQInitStep.call(str(ramp), override_mask=LinearityModel(linearity))
