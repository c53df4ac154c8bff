"""Parameters of a step as configobj's trees, in which code written for stpipe hands them around."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from strun.errors import ValidationError
from strun.parameters import config
from strun.parameters.spec import Parameter

if TYPE_CHECKING:
    from configobj import ConfigObj


def merge(into: Any, new: Mapping[str, Any]) -> None:  # noqa: ANN401
    """
    Put values into a tree, in the place of those that it has.

    A dictionary becomes a section; other mappings, as models, stay what they are.
    """
    for name, value in new.items():
        if not isinstance(value, dict):
            into.__setitem__(name, value, unrepr=True)
            continue
        if not isinstance(into.get(name), dict):
            into[name] = {}
        merge(into[name], value)


def tree(values: Mapping[str, Any]) -> ConfigObj:
    """Return values as a tree."""
    from configobj import ConfigObj

    made = ConfigObj(interpolation=False)
    merge(made, values)
    return made


def plain(section: Mapping[str, Any]) -> dict[str, Any]:
    """Return a tree as dictionaries, without what it says of the step itself at its top."""
    return {
        name: dict(value) if isinstance(value, dict) else value
        for name, value in section.items()
        if name not in config.ABOUT
    }


def from_file(path: str) -> dict[str, Any]:
    """Return what a file of parameters says, with ``name`` and ``class``."""
    said = config.read(path)
    about = {"name": said.name, "class": said.class_name}
    return {**said.parameters, **{key: value for key, value in about.items() if value is not None}}


def spec_file(parameters: Mapping[str, Parameter]) -> ConfigObj:
    """Return the spec of a step's parameters, those of overrides and of its steps included."""
    spec = tree({})
    for parameter in parameters.values():
        *sections, last = parameter.name.split(".")
        section: Any = spec
        for name in sections:
            if name not in section:
                section[name] = {}
            section = section[name]
        if parameter.check:
            section[last] = parameter.check
            section.inline_comments[last] = f"# {parameter.comment}" if parameter.comment else None
    for step in spec.get("steps", {}).values():
        merge(step, {"config_file": "string(default=None)"})
        merge(step, dict.fromkeys(("name", "class"), "string(default='')"))
    return spec


def build(crds: Mapping[str, Any], said: Mapping[str, Any]) -> tuple[ConfigObj, Any]:
    """
    Return the parameters that a step would be made with, and the file that some come from.

    What is said in the call is stronger than a `config_file` in it, which is stronger than CRDS.
    ValidationError is raised when the file of a pipeline's step is that of another step.
    """
    built, said = tree({}), dict(said)
    merge(built, crds)
    path = said.pop("config_file", None)
    if path is not None:
        merge(built, from_file(os.fspath(path)))
    folder = os.path.dirname(path) if path is not None else ""
    steps = said.pop("steps", None)
    if steps:
        merge(
            built, {"steps": {name: _of_step(name, each, folder) for name, each in steps.items()}}
        )
    merge(built, said)
    return built, path


def _of_step(name: str, said: Mapping[str, Any], folder: str) -> dict[str, Any]:
    """Return what is said of a step of a pipeline, with that of the file that it names."""
    if not said.get("config_file"):
        return dict(said)
    path = os.path.join(folder, said["config_file"])
    found = from_file(path)
    found.pop("class", None)
    other = found.pop("name", name)
    if other != name:
        raise ValidationError(
            f"{path}: is for the step {other}, expected {name}; give another file"
        )
    return {**found, **said}
