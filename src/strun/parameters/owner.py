"""What has parameters: asked for by what looks at them, changes and writes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Protocol

from strun.parameters.spec import Parameter

__all__ = ["Owner"]


class Owner(Protocol):
    """
    A step or a pipeline, with the values of its parameters as attributes.

    Attributes
    ----------
    name : str
        Its name, in messages.
    origins : dict
        Where the values that are not defaults come from, by the name of the parameter.
    parameters : dict
        Those of its class.
    """

    name: str
    origins: dict[str, str]
    parameters: ClassVar[dict[str, Parameter]]

    @property
    def substeps(self) -> Mapping[str, Owner]:
        """The steps of a pipeline by name."""

    def get_pars(self, full_spec: bool = True) -> dict[str, Any]:
        """Return the values; without `full_spec` only of what the class itself defines."""
