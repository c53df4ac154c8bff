"""Exposures that stand out of their batch."""

from __future__ import annotations

from strun.datamodels.dqflags import pixel
from strun.effects.outliers import find_outliers

USUAL = [0.0100, 0.0103, 0.0098, 0.0101, 0.0099, 0.0102]


def batch(shares: list[float]) -> dict[str, dict[str, float]]:
    return {f"x{n}.fits": {"fraction_saturated": share} for n, share in enumerate(shares)}


def test_exposure_is_named_when_it_is_far_from_the_others() -> None:
    (found,) = find_outliers(batch([*USUAL, 0.2]))
    assert found.name == "x6.fits"
    assert str(found) == "x6.fits: saturated 20 %, in the others 1.01 %"


def test_nothing_is_named_when_all_are_alike() -> None:
    assert find_outliers(batch(USUAL)) == []
    assert find_outliers(batch([0.01] * 9 + [0.0101])) == []


def test_exposure_is_named_when_all_others_agree() -> None:
    assert [o.name for o in find_outliers(batch([0.0] * 9 + [0.3]))] == ["x9.fits"]


def test_nothing_is_named_when_there_are_few() -> None:
    assert find_outliers(batch([0.01, 0.01, 0.01, 0.9])) == []


def test_only_exposures_of_a_kind_are_compared() -> None:
    effects = batch([0.01] * 6 + [0.5] * 6)
    kinds = {name: "MIRI" if n < 6 else "NIRCAM" for n, name in enumerate(effects)}
    assert find_outliers(effects, kinds) == []


def test_farthest_exposure_comes_first_with_its_farthest_number() -> None:
    effects = batch([0.01] * 8)
    for effect in effects.values():
        effect["fraction_flagged"] = 0.02
    effects["x3.fits"]["fraction_flagged"] = 0.05
    effects["x5.fits"] |= {"fraction_flagged": 0.5, "fraction_saturated": 0.02}
    found = find_outliers(effects)
    assert [(o.name, o.quantity) for o in found] == [
        ("x5.fits", "flagged"),
        ("x3.fits", "flagged"),
    ]


def test_flag_is_named_when_it_is_what_stands_out() -> None:
    assert "HOT" in pixel
    effects = {f"x{n}.fits": {"flags": {"HOT": {"fraction": 0.001}}} for n in range(6)}
    effects["x2.fits"] = {"flags": {"HOT": {"fraction": 0.1}}}
    assert [o.quantity for o in find_outliers(effects)] == ["flags HOT"]


def test_a_step_that_is_called_like_its_number_is_named_once() -> None:
    shares = [0.01, 0.01, 0.01, 0.01, 0.2]
    effects = {f"x{n}": {"jump": {"fraction_jump": share}} for n, share in enumerate(shares)}
    (found,) = find_outliers(effects)
    assert found.quantity == "jump"


def test_step_of_a_pipeline_is_named_when_it_stands_out() -> None:
    effects = {f"x{n}.fits": {"linearity": {"max_change": 0.1}} for n in range(6)}
    effects["x2.fits"] = {"linearity": {"max_change": 0.9}}
    assert [o.quantity for o in find_outliers(effects)] == ["linearity max change"]
