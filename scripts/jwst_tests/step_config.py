"""A stand-in for stpipe's private StepConfig, which the tests read and write files with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import asdf


@dataclass
class StepConfig:
    """What an ASDF file of parameters says."""

    class_name: str | None
    name: str | None
    parameters: Mapping[str, Any]
    steps: Sequence[StepConfig] = field(default_factory=list)

    @classmethod
    def from_asdf(cls, file: asdf.AsdfFile) -> Self:
        """Return what a file says."""
        return cls._from(file.tree)

    @classmethod
    def _from(cls, tree: Mapping[str, Any]) -> Self:
        parameters = dict(tree["parameters"])
        if "class" not in tree:  # the older form
            steps = [cls(None, name, said) for name, said in parameters.pop("steps", {}).items()]
            return cls(parameters.pop("class"), parameters.pop("name", None), parameters, steps)
        steps = [cls._from(each) for each in tree.get("steps", [])]
        return cls(tree["class"], tree["name"], parameters, steps)

    def to_asdf(self) -> asdf.AsdfFile:
        """Return the file that says it."""
        return asdf.AsdfFile(self._tree())

    def _tree(self) -> dict[str, Any]:
        return {
            "class": self.class_name,
            "name": self.name,
            "parameters": dict(self.parameters),
            "steps": [each._tree() for each in self.steps],
        }
