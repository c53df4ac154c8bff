from __future__ import annotations

import importlib.metadata
import logging
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from example_steps import AddStep

from strun.errors import StepNotFoundError
from strun.steps import registry

Register = Callable[..., None]


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Register:
    """Let packages have registered lists of steps."""

    def install(**lists: object) -> None:
        entries = [
            SimpleNamespace(
                name=package,
                dist=SimpleNamespace(name=package),
                load=lambda steps=steps: lambda: steps,
            )
            for package, steps in lists.items()
        ]
        monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: entries)

    return install


@pytest.mark.parametrize("word", ["add", "theirs::add"])
def test_alias_of_another_package_is_found(register: Register, word: str) -> None:
    register(theirs=[("example_steps.AddStep", "add", False)])
    assert registry.find(word) == (AddStep, None)


@pytest.mark.parametrize("word", ["sub", "others::add"])
def test_alias_that_nobody_has_is_refused(register: Register, word: str) -> None:
    register(theirs=[("example_steps.AddStep", "add", False)])
    with pytest.raises(StepNotFoundError, match=f"{word}: no alias, class path or cfg file"):
        registry.find(word)


def test_alias_of_two_packages_is_refused_without_its_package(register: Register) -> None:
    steps = [("example_steps.AddStep", "add", False)]
    register(theirs=steps, others=steps)
    with pytest.raises(StepNotFoundError, match="give others::add or theirs::add"):
        registry.find("add")
    assert registry.find("others::add")[0] is AddStep


def test_package_that_is_broken_hides_no_other(
    register: Register, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    register(broken=3, theirs=[("example_steps.AddStep", "add", False)])
    assert registry.find("add")[0] is AddStep
    assert "The steps of broken are not known: TypeError" in caplog.text
