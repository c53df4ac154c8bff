"""Something with parameters: made of several sources of them, with a name and a parent."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

from strun.logs import NAMES, get_logger
from strun.parameters.owner import ParameterOwner
from strun.parameters.settings import DEFAULT, Layer, Setting, nested, resolve
from strun.steps.run_options import Runnable, taken_from

if TYPE_CHECKING:
    import logging

    from configobj import ConfigObj

log = get_logger("stpipe.step")


class Configurable(ParameterOwner, Runnable):
    """What steps and pipelines have in common: parameters, a name and a parent; see `Step`."""

    class_alias: ClassVar[str | None] = None
    parent: Configurable | None

    def __init__(
        self,
        name: str | None = None,
        parent: Configurable | None = None,
        config_file: str | None = None,
        **parameters: Any,  # noqa: ANN401
    ) -> None:
        options = taken_from(parameters)
        settings = parameters.pop("_settings", None)
        if settings is None:
            layer = Layer("given", parameters)
            settings = resolve(self.parameters, [layer])
        self._settings: dict[str, Setting] = settings
        self.name = name or type(self).__name__
        self._label = (name or type(self).__name__).lower()
        self.parent = parent
        if options:
            self.run_options = self.run_options.updated(options)
        self.config_file = config_file
        self.origins = {n: s.origin for n, s in settings.items() if s.origin != DEFAULT}
        for key, value in nested({n: s.value for n, s in settings.items()}).items():
            setattr(self, key, value)
        log.debug("%s instance created.", type(self).__name__)

    @classmethod
    def configured(
        cls,
        *sources: tuple[str, Mapping[str, Any]],
        config_file: str | os.PathLike[str] | None = None,
        name: str | None = None,
        parent: Configurable | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> Self:
        """
        Return a step with parameters of several sources.

        Parameters
        ----------
        *sources
            Pairs of what a source is called ('cfg', 'command line' ...) and its values, the
            weakest first.
        config_file : str or path, optional
            The cfg file that the source 'cfg' is; paths of files in it are counted from there.
        name : str, optional
            The step's name.
        parent : Step, optional
            The pipeline it is a part of.
        options : mapping, optional
            What is said for the whole run; see `RunOptions`.
        """
        path = os.fspath(config_file) if config_file is not None else None
        place = (os.path.dirname(path), path) if path is not None else ()
        layers = [
            Layer(origin, said, *(place if origin == "cfg" else ())) for origin, said in sources
        ]
        settings = resolve(cls.parameters, layers)
        return cls(name, parent=parent, config_file=path, _settings=settings, **(options or {}))

    @classmethod
    def from_config_section(
        cls,
        config: Mapping[str, Any],
        parent: Configurable | None = None,
        name: str | None = None,
        config_file: str | os.PathLike[str] | None = None,
    ) -> Self:
        """Return a step with the parameters of a tree, as `build_config` returns it."""
        from strun.parameters.step_config import plain

        name = name or config.get("name") or cls.__name__
        source = ("cfg", plain(config))
        return cls.configured(source, config_file=config_file, name=name, parent=parent)

    @classmethod
    def build_config(cls, input: Any, **kwargs: Any) -> tuple[ConfigObj, Any]:  # noqa: ANN401
        """
        Return the parameters that `call` would make a step with, unchecked, and its `config_file`.

        Parameters
        ----------
        input : str, path, model or None
            The exposure; CRDS may have parameters for it.
        **kwargs
            As for `call`.
        """
        from strun.parameters.step_config import build

        unnamed = input is None or (isinstance(input, str) and not input)
        crds = {} if unnamed else cls.get_config_from_reference(input)
        return build(crds, kwargs)

    @classmethod
    def get_config_reftype(cls) -> str:
        """Return the kind of the reference that holds the step's parameters."""
        return f"pars-{cls.__name__.lower()}"

    @classmethod
    def get_config_from_reference(
        cls,
        dataset: Any,  # noqa: ANN401
        disable: bool | None = None,
        crds_observatory: str | None = None,
    ) -> ConfigObj:
        """
        Return the parameters that CRDS has for an exposure: a tree, empty when it has none.

        Parameters
        ----------
        dataset : str, path, model or dict
            The exposure, or what CRDS chooses by.
        disable : bool, optional
            Do not ask; the environment says it when None.
        crds_observatory : str, optional
            Only ``jwst`` is known.
        """
        from strun.parameters.step_config import tree
        from strun.references import crds_pars, crds_setup

        wanted = not (crds_setup.parameters_disabled() if disable is None else disable)
        return tree(crds_pars.of_dataset(cls, dataset) if wanted else {})

    @staticmethod
    def get_stpipe_loggers() -> tuple[str, ...]:
        """
        Return the names of the loggers whose words are shown when the step runs.

        A step of another package names those that it wants to be heard; ``py.warnings`` is that of
        Python's warnings. Those of this package and of the step's own are shown in any case.
        """
        return NAMES

    @property
    def qualified_name(self) -> str:
        """The step's name with those of the pipelines that it is a part of."""
        above = self.parent.qualified_name if self.parent is not None else "stpipe"
        return f"{above}.{self.name}"

    @property
    def log(self) -> logging.Logger:
        """The step's own logger, for steps in the old style."""
        return get_logger(self.qualified_name)

    def option(self, name: str) -> str:
        """Return the option that sets a parameter: that of a pipeline's step has its name in it."""
        return f"--{name}" if self.parent is None else f"--steps.{self.name}.{name}"

    def search_attr(self, attribute: str, default: Any = None, parent_first: bool = False) -> Any:  # noqa: ANN401
        """Return an attribute of this step, or of the nearest parent that has it."""
        own = getattr(self, attribute, None)
        above = self.parent.search_attr(attribute, None, parent_first) if self.parent else None
        found = [above, own] if parent_first else [own, above]
        return next((value for value in found if value is not None), default)
