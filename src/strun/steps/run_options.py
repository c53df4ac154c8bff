"""What a user says for a whole run: shared by a pipeline, its steps and their hooks."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from strun.errors import ValidationError
from strun.steps.run_files import RunFile


class RunOptions(NamedTuple):
    """
    What a user says for a whole run.

    Attributes
    ----------
    allow_mismatch : bool
        Use a reference of another kind, instrument or detector.
    checksum : bool
        Write CHECKSUM and DATASUM into every HDU of a product.
    durable : bool
        Force products to the disk before they get their names.
    refs : str or None
        A folder or a pack of references, in the place of CRDS; STRUN_REFS when None.
    takes_crds_pars : bool
        Take parameters that nobody says from CRDS, when references come from there.
    verify : bool
        Check the sums that the input and the references carry.
    kept : tuple of RunFile
        Files that the run reads, or writes beside its products: no product takes their place.
    """

    allow_mismatch: bool = False
    checksum: bool = False
    durable: bool = False
    refs: str | None = None
    takes_crds_pars: bool = False
    verify: bool = False
    kept: tuple[RunFile, ...] = ()

    def updated(self, said: Mapping[str, Any]) -> RunOptions:
        """
        Return these options with some of them replaced.

        ValidationError is raised for a value that is neither a truth value nor, for `refs`, a path
        or None.
        """
        return RunOptions(**{**self._asdict(), **{n: _checked(n, v) for n, v in said.items()}})


def _checked(name: str, value: Any) -> Any:  # noqa: ANN401
    if name == "kept":
        return value
    if name != "refs":
        if isinstance(value, bool):
            return value
        raise ValidationError(f"{name} = {value!r} cannot be used: expected True or False")
    if value is None or isinstance(value, str | os.PathLike):
        return None if value is None else os.fspath(value)
    raise ValidationError(f"refs = {value!r} cannot be used: expected a folder or a pack")


def taken_from(said: dict[str, Any]) -> dict[str, Any]:
    """Take the options of a run out of keyword arguments."""
    return {name: said.pop(name) for name in RunOptions._fields if name in said}


class _RunOption:
    """One of the options as an attribute of a step; setting it sets it for the whole run."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, step: Runnable | None, owner: type) -> Any:  # noqa: ANN401
        return self if step is None else getattr(step.run_options, self.name)

    def __set__(self, step: Runnable, value: Any) -> None:  # noqa: ANN401
        step.run_options = step.run_options.updated({self.name: value})


class Runnable:
    """
    The base of steps: what a class path, an alias or a hook may name.

    It has the options of its run as attributes; `kept` is for the framework alone.
    """

    allow_mismatch = _RunOption()
    checksum = _RunOption()
    durable = _RunOption()
    refs = _RunOption()
    takes_crds_pars = _RunOption()
    verify = _RunOption()

    parent: Runnable | None
    _own_options = RunOptions()

    @property
    def run_options(self) -> RunOptions:
        """What was said for the whole run: a pipeline, its steps and their hooks share it."""
        return self._own_options if self.parent is None else self.parent.run_options

    @run_options.setter
    def run_options(self, options: RunOptions) -> None:
        if self.parent is None:
            self._own_options = options
        else:
            self.parent.run_options = options
