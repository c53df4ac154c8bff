"""A step as data: its class and its parameters, from which any process can make it again."""

from __future__ import annotations

import copy
import os
import sys
from dataclasses import dataclass, replace
from typing import Any

from strun.class_path import class_path, make_importable
from strun.errors import StepError
from strun.steps import registry
from strun.steps.run_options import RunOptions
from strun.steps.step import Step

Said = tuple[str, dict[str, Any]]


@dataclass(frozen=True, eq=False)
class Recipe:
    """
    How a step is made: the path of its class, and its parameters.

    Each of the `sources`, the weakest first, is what it is called and its values by dotted name.
    Modules are looked for in the folders of `search`. Recipes that are the same have one `key`.
    """

    step: str
    sources: tuple[Said, ...]
    name: str | None
    config_file: str | None
    options: RunOptions
    search: tuple[str, ...]
    key: str

    @classmethod
    def of(cls, step: Step) -> Recipe:
        """Return the recipe of a step as it is now."""
        said: dict[str, dict[str, Any]] = {}
        for parameter, value, origin in step.said_parameters():
            said.setdefault(origin, {})[parameter.name] = value
        path = class_path(type(step))
        # a class that was defined anew has the old one's name
        _made.clear()
        _classes[path] = type(step)
        options = step.run_options._replace(refs=step.refs_folder)
        # where each value comes from is settled: the order of the sources has no more meaning
        sources = tuple(said.items())
        search = (_home(type(step)), os.getcwd())
        key = repr((path, sources, step.name, options))
        config_file = os.path.abspath(step.config_file) if step.config_file else None
        return cls(path, sources, step.name, config_file, options, search, key)

    def require_importable(self) -> None:
        """Raise StepError when the class exists in this process only."""
        if self.step.startswith("__main__.") or "<locals>" in self.step:
            name = self.step.rpartition(".")[2]
            raise StepError(
                f"{name} is defined in the running program, where workers cannot find it; put it "
                "into a module of its own, or use jobs=1"
            )

    @property
    def said(self) -> tuple[tuple[str, str, str], ...]:
        """Name, value and origin of each parameter that somebody has said."""
        return tuple(
            (name, str(value), origin)
            for origin, values in self.sources
            for name, value in values.items()
        )

    def anywhere(self) -> Recipe:
        """Return the same recipe for a process that runs in another folder."""
        step = self.build()
        said = [
            (origin, {name: _absolute(value) for name, value in values.items()})
            for origin, values in self.sources
        ]
        options = self.options
        if options.refs:
            options = options._replace(refs=os.path.abspath(os.path.expanduser(options.refs)))
        places = {"output_dir": step.output_dir or os.curdir, "input_dir": step.input_dir}
        fixed = {n: os.path.abspath(os.path.expanduser(v)) for n, v in places.items() if v}
        sources = (*said, ("batch", fixed))
        return replace(self, sources=sources, options=options, key=self.key + repr(fixed))

    def unpacked(self) -> Recipe:
        """Return the same recipe with the folder of a pack of references, unpacked but once."""
        refs = self.options.refs
        if not refs:
            return self
        from strun.references.reference_pack import folder_of

        folder = folder_of(refs)
        options = self.options._replace(refs=folder)
        return replace(self, options=options, key=self.key + folder)

    def build(self) -> Step:
        """Return the step; raise an error when its class or a parameter cannot be used."""
        for folder in self.search:
            make_importable(folder)
        cls = _classes.get(self.step) or registry.find_class(self.step)
        return cls.configured(
            *self.sources,
            config_file=self.config_file,
            name=self.name,
            options=self.options._asdict(),
        )


def _home(cls: type) -> str:
    """Return the folder in which the module of a class, or its package, is found."""
    package = sys.modules.get(cls.__module__.partition(".")[0])
    file = getattr(package, "__file__", None) or os.curdir
    folder = os.path.dirname(os.path.abspath(file))
    return os.path.dirname(folder) if hasattr(package, "__path__") else folder


def _absolute(value: Any) -> Any:  # noqa: ANN401
    """Return the name of an existing file as one that holds in other folders too."""
    return os.path.abspath(value) if isinstance(value, str) and os.path.isfile(value) else value


# steps of this process, and classes that no import would find
_made: dict[str, Step] = {}
_classes: dict[str, type[Step]] = {}


def fresh_step(recipe: Recipe) -> Step:
    """Return a step that has not run; its class and parameters are looked up once a process."""
    made = _made.get(recipe.key)
    if made is None:
        made = recipe.build()
        if not made.streams:
            # its parts and hooks may remember what they were run on
            return made
        _made.clear()
        _made[recipe.key] = made
    return _copy_of(made)


def _copy_of(step: Step) -> Step:
    """Return a step that has not run, with steps of its own when it is a pipeline."""
    mine = copy.copy(step)
    mine.references, mine.counts = {}, {}
    for name, part in step.substeps.items():
        own = _copy_of(part)
        own.parent = mine
        setattr(mine, name, own)
    return mine
