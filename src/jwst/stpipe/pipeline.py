"""Several steps as one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from jwst.errors import ValidationError
from jwst.stpipe.step import Step

__all__ = ["Pipeline"]


class Pipeline(Step):
    """
    A step made of steps: `step_defs` names them, `process` calls ``self.<name>.run``.

    Parameters
    ----------
    *args, **parameters
        As for `Step`; `steps` gives parameters of the sub-steps by their names.
    """

    step_defs: ClassVar[dict[str, type[Step]]] = {}

    def __init__(
        self,
        *args: Any,  # noqa: ANN401
        steps: Mapping[str, Mapping[str, Any]] | None = None,
        **parameters: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(*args, **parameters)
        given = steps or {}
        unknown = [name for name in given if name not in self.step_defs]
        if unknown:
            raise ValidationError(
                f"{type(self).__name__} has no step {unknown[0]!r}; it has "
                f"{', '.join(self.step_defs)}"
            )
        for name, kind in self.step_defs.items():
            setattr(self, name, kind(name, parent=self, **given.get(name, {})))
