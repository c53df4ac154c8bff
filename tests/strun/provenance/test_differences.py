"""Whether a product is what a run would make now."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from factories import make_mask

from jwst.dq_init import DQInitStep
from strun.steps.prepared_run import opened_run
from strun.steps.running import run_on_file


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _expected(ramp: Path, **parameters: str) -> list[str]:
    step = DQInitStep(**parameters)
    with opened_run(step, str(ramp)) as run:
        made = run.expected_record("x_dq_init.fits", older="x_dq_init.fits")
    return made.differences("x_dq_init.fits")


def test_product_of_the_same_run_does_not_differ(ramp: Path, mask: Path, product: Path) -> None:
    assert _expected(ramp, override_mask=str(mask)) == []


def test_changed_reference_is_a_difference(ramp: Path, mask: Path, product: Path) -> None:
    old, content = _digest(mask), bytearray(mask.read_bytes())
    content[-4000] ^= 1
    mask.write_bytes(content)
    assert _expected(ramp, override_mask=str(mask)) == [f"H_MASK was {old}, is {_digest(mask)}"]


def test_touched_input_is_a_difference(ramp: Path, mask: Path, product: Path) -> None:
    os.utime(ramp, ns=(0, 0))
    (found,) = _expected(ramp, override_mask=str(mask))
    assert found.endswith("is 1970-01-01T00:00:00.000000000")


def test_other_parameter_is_a_difference(ramp: Path, mask: Path, product: Path) -> None:
    assert _expected(ramp, override_mask=str(mask), suffix="z") == [
        "STRUNP02 was None, is suffix = z (given)"
    ]


def test_parameter_that_is_gone_is_a_difference(ramp: Path, mask: Path) -> None:
    run_on_file(DQInitStep(override_mask=str(mask), output_file="x", suffix="dq_init"), str(ramp))
    found = _expected(ramp, override_mask=str(mask))
    assert any(line.endswith("is None") for line in found)


def test_cut_product_is_a_difference(ramp: Path, mask: Path, product: Path) -> None:
    os.truncate(product, product.stat().st_size - 2880)
    (found,) = _expected(ramp, override_mask=str(mask))
    assert "x_dq_init.fits" in found


def test_other_mask_of_the_same_name_is_a_difference(
    ramp: Path, mask: Path, product: Path, folder: Path
) -> None:
    (folder / "other").mkdir()
    other = make_mask(folder / "other" / "mask.fits", names=("DEAD",))
    (found,) = _expected(ramp, override_mask=str(other))
    assert found.startswith("H_MASK was")
