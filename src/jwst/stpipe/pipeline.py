"""Several steps as one."""

from __future__ import annotations

from typing import Any, ClassVar

from jwst.stpipe import precedence
from jwst.stpipe.step import Step

__all__ = ["Pipeline"]


class Pipeline(Step):
    """
    A step made of steps: `step_defs` names them, `process` calls ``self.<name>.run``.

    Parameters
    ----------
    name : str, optional
        Its name in messages.
    parent : Step, optional
        The pipeline it is a part of.
    config_file : str, optional
        The cfg file that its parameters come from.
    **parameters
        As for `Step`; `steps` gives parameters of the steps by their names, and may name a
        ``config_file`` for each.

    Raises
    ------
    ValidationError
        For a step or a parameter that is not there, or an unusable value.
    """

    step_defs: ClassVar[dict[str, type[Step]]] = {}

    steps: dict[str, Any]

    def __init__(
        self,
        name: str | None = None,
        parent: Step | None = None,
        config_file: str | None = None,
        **parameters: Any,  # noqa: ANN401
    ) -> None:
        settings = parameters.pop("_settings", None)
        if settings is None:
            layer = precedence.Layer("given", parameters)
            settings = precedence.resolve(self.parameters, [layer])
        super().__init__(name, parent, config_file, _settings=settings)
        for key, kind in self.step_defs.items():
            prefix = f"steps.{key}."
            own = {n.removeprefix(prefix): s for n, s in settings.items() if n.startswith(prefix)}
            setattr(self, key, kind(key, parent=self, config_file=config_file, _settings=own))

    def process(self, *args: Any) -> Any:  # noqa: ANN401
        """Run the steps one after the other; a pipeline of another order overrides this."""
        result = self.prepare_output(args[0])
        for key in self.step_defs:
            result = getattr(self, key).run(result)
        return result
