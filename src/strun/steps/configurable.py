"""Something with parameters: where its spec, its values and their origins are kept."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

from strun.logs import NAMES, get_logger
from strun.parameters import config, precedence, values
from strun.parameters import spec as specs
from strun.steps import registry
from strun.steps.run_options import WithRunOptions, taken_from

if TYPE_CHECKING:
    import logging

    from configobj import ConfigObj

    from strun.steps.step import Step

log = get_logger("stpipe.step")


class Configurable(registry.Runnable, WithRunOptions):
    """What steps and pipelines have in common: parameters, a name and a parent; see `Step`."""

    class_alias: ClassVar[str | None] = None
    own_spec: ClassVar[str] = ""
    parameters: ClassVar[dict[str, specs.Parameter]] = specs.MergedParameters()  # type: ignore[assignment]
    # a subclass writes its own parameters here; what reads back are those of its bases too
    spec: ClassVar[str] = specs.MergedSpec()  # type: ignore[assignment]

    parent: Configurable | None

    def __init_subclass__(cls, **options: Any) -> None:  # noqa: ANN401
        super().__init_subclass__(**options)
        specs.adopt(cls)

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
            layer = precedence.Layer("given", parameters)
            settings = precedence.resolve(self.parameters, [layer])
        self._settings: dict[str, precedence.Setting] = settings
        self.name = name or type(self).__name__
        self._label = (name or type(self).__name__).lower()
        self.parent = parent
        if options:
            self.run_options = self.run_options.updated(options)
        self.config_file = config_file
        self.origins = {n: s.origin for n, s in settings.items() if s.origin != precedence.DEFAULT}
        for key, value in precedence.nested({n: s.value for n, s in settings.items()}).items():
            setattr(self, key, value)
        log.debug("%s instance created.", type(self).__name__)

    def __setattr__(self, name: str, value: Any) -> None:  # noqa: ANN401
        # a path is a text from here on: in keywords, records, names and other processes
        if isinstance(value, os.PathLike) and name in self.parameters:
            value = os.fspath(value)
        super().__setattr__(name, value)

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
            precedence.Layer(origin, said, *(place if origin == "cfg" else ()))
            for origin, said in sources
        ]
        settings = precedence.resolve(cls.parameters, layers)
        return cls(name, parent=parent, config_file=path, _settings=settings, **(options or {}))

    @property
    def substeps(self) -> dict[str, Step]:
        """The steps that a pipeline is made of, by name; a step has none."""
        return {}

    @classmethod
    def from_config_file(
        cls,
        config_file: str | os.PathLike[str],
        parent: Configurable | None = None,
        name: str | None = None,
    ) -> Step:
        """Return the step that a cfg file names (this class if none), with its parameters."""
        path = os.fspath(config_file)
        said = config.read(path)
        found = registry.named_by(said, default=cls)
        name = name or said.name or registry.stem(path)
        return found.configured(
            ("cfg", said.parameters), config_file=path, name=name, parent=parent
        )

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

    @classmethod
    def load_spec_file(cls, preserve_comments: object = None) -> ConfigObj:
        """Return the spec as a tree, that of references and of a pipeline's steps included."""
        from strun.parameters.step_config import spec_file

        return spec_file(cls.parameters)

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

    def value_of(self, name: str) -> Any:  # noqa: ANN401
        """Return a parameter's value by its dotted name, also that of a step of a pipeline."""
        return values.value_of(self, name)

    @classmethod
    def print_configspec(cls) -> None:
        """Print every parameter with its check and its comment."""
        sys.stdout.write(specs.text(cls.parameters) + "\n")

    def get_pars(self, full_spec: bool = True) -> dict[str, Any]:
        """Return the parameters' values; without `full_spec` only those of the class itself."""
        return values.get(self, full_spec=full_spec)

    def update_pars(self, parameters: Mapping[str, Any]) -> None:
        """Set parameters; unknown names are ignored, as they may belong to other steps."""
        values.update(self, parameters)

    def export_config(
        self, filename: str | os.PathLike[str], include_metadata: bool = False
    ) -> None:
        """
        Write the parameters, overrides too, to a file that a run can start from.

        Parameters
        ----------
        filename : str or path
            ``.cfg`` is written as text for configobj, ``.asdf`` as jwst writes it.
        include_metadata : bool, optional
            Leave places in an ASDF file for what a submission to CRDS needs.
        """
        values.export(self, os.fspath(filename), metadata=include_metadata)

    def option(self, name: str) -> str:
        """Return the option that sets a parameter: that of a pipeline's step has its name in it."""
        return f"--{name}" if self.parent is None else f"--steps.{self.name}.{name}"

    def search_attr(self, attribute: str, default: Any = None, parent_first: bool = False) -> Any:  # noqa: ANN401
        """Return an attribute of this step, or of the nearest parent that has it."""
        own = getattr(self, attribute, None)
        above = self.parent.search_attr(attribute, None, parent_first) if self.parent else None
        found = [above, own] if parent_first else [own, above]
        return next((value for value in found if value is not None), default)
