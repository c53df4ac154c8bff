"""The shortest public name of a class."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from jwst.dq_init import DQInitStep
from strun.class_path import class_path


def test_outermost_package_that_has_the_class_names_it() -> None:
    assert DQInitStep.__module__ == "jwst.dq_init.dq_init_step"
    assert class_path(DQInitStep) == "jwst.dq_init.DQInitStep"


def test_package_with_another_class_of_the_name_is_passed_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    package = ModuleType("mine")
    package.Own = DQInitStep  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "mine", package)
    own = type("Own", (), {"__module__": "mine.inner"})
    assert class_path(own) == "mine.inner.Own"


def test_class_in_a_class_is_named_with_it() -> None:
    class Inner:
        pass

    assert class_path(Inner).endswith("test_class_in_a_class_is_named_with_it.<locals>.Inner")
