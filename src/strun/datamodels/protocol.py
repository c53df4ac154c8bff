"""What counts as a model, of this package or another."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable


@runtime_checkable
class AbstractDataModel(Protocol):
    """An object that can be given as an exposure or a reference, passed to hooks and saved."""

    @property
    def crds_observatory(self) -> str:
        """The observatory, as CRDS names it."""

    def get_crds_parameters(self) -> dict[str, Any]:
        """Return what references are chosen by."""

    def save(self, path: str, dir_path: str | None = None) -> str:
        """Write it to a file and return where."""
