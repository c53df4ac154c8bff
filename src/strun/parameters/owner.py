"""What has parameters: their values as they are now, looked at, changed, written to a file."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from strun.class_path import class_path
from strun.errors import ConfigError
from strun.logs import get_logger
from strun.parameters import config
from strun.parameters import spec as specs
from strun.parameters.settings import check, nested

if TYPE_CHECKING:
    from configobj import ConfigObj

log = get_logger("stpipe.step")

# attributes that tell more in a run than what was said
_SAID = {"input_dir": "_input_dir", "suffix": "_suffix"}


class Said(NamedTuple):
    """A parameter that somebody has said, its value, and where that comes from."""

    parameter: specs.Parameter
    value: Any
    origin: str


class ParameterOwner:
    """
    A step or a pipeline, with the values of its parameters as attributes.

    `origins` is where the values that are not defaults come from, by the name of the parameter.
    """

    own_spec: ClassVar[str] = ""
    parameters: ClassVar[dict[str, specs.Parameter]] = specs.MergedParameters()  # type: ignore[assignment]
    # a subclass writes its own parameters here; what reads back are those of its bases too
    spec: ClassVar[str] = specs.MergedSpec()  # type: ignore[assignment]

    name: str
    origins: dict[str, str]

    def __init_subclass__(cls, **options: Any) -> None:  # noqa: ANN401
        super().__init_subclass__(**options)
        specs.adopt(cls)

    def __setattr__(self, name: str, value: Any) -> None:  # noqa: ANN401
        # a path is a text from here on: in keywords, records, names and other processes
        if isinstance(value, os.PathLike) and name in self.parameters:
            value = os.fspath(value)
        super().__setattr__(name, value)

    @property
    def substeps(self) -> Mapping[str, Any]:
        """The steps that a pipeline is made of, by name; a step has none."""
        return {}

    @classmethod
    def load_spec_file(cls, preserve_comments: object = None) -> ConfigObj:
        """Return the spec as a tree, that of references and of a pipeline's steps included."""
        from strun.parameters.step_config import spec_file

        return spec_file(cls.parameters)

    @classmethod
    def print_configspec(cls) -> None:
        """Print every parameter with its check and its comment."""
        sys.stdout.write(specs.text(cls.parameters) + "\n")

    def value_of(self, name: str) -> Any:  # noqa: ANN401
        """Return a parameter's value by its dotted name, also that of a step of a pipeline."""
        first, _, rest = name.partition(".")
        if first == "steps" and self.substeps:
            part, _, rest = rest.partition(".")
            return self.substeps[part].value_of(rest)
        value = getattr(self, _SAID.get(first, first))
        for key in rest.split(".") if rest else ():
            value = value[key]
        return value

    def get_pars(self, full_spec: bool = True) -> dict[str, Any]:
        """
        Return the parameters' values; a pipeline gives those of its steps under ``steps``.

        Without `full_spec` only those that the class itself defines. Overrides come when given.
        """
        names = self.parameters if full_spec else specs.own_names(type(self))
        found: dict[str, Any] = {}
        for name in names:
            parameter = self.parameters[name]
            if parameter.check and not name.startswith("steps."):
                value = getattr(self, name.partition(".")[0])
                if not (parameter.is_override and value is None):
                    found[name.partition(".")[0]] = value
        # a pipeline without steps has a list of none
        if hasattr(self, "step_defs"):
            found["steps"] = {n: each.get_pars(full_spec) for n, each in self.substeps.items()}
        return found

    def said_parameters(self) -> Iterator[Said]:
        """
        Yield each parameter that somebody has said; what was set as an attribute counts as given.

        A pipeline gives those of its steps too, as ``steps.dq_init.skip``.
        """
        parts = self.substeps
        for name, parameter in self.parameters.items():
            if not parameter.check or (parts and name.startswith("steps.")):
                continue
            value, origin = self.value_of(name), self.origins.get(name)
            if origin is not None or value != parameter.default:
                yield Said(parameter, value, origin or "given")
        for key, part in parts.items():
            for own in part.said_parameters():
                name = f"steps.{key}.{own.parameter.name}"
                yield own._replace(parameter=own.parameter._replace(name=name))

    def update_pars(
        self, parameters: Mapping[str, Any], *, origin: str = "given", weaker: bool = False
    ) -> None:
        """
        Set parameters; unknown names are ignored, as they may belong to other steps.

        Parameters
        ----------
        parameters : mapping
            Name to value; ``steps`` holds those of a pipeline's steps.
        origin : str, optional
            Where the values come from.
        weaker : bool, optional
            Set only those that nobody has set.

        Raises
        ------
        ValidationError
            When a value is not of the parameter's type.
        """
        for name, value in parameters.items():
            parameter = self.parameters.get(name)
            if name == "steps" and self.substeps:
                for part in self.substeps.keys() & value.keys():
                    self.substeps[part].update_pars(value[part], origin=origin, weaker=weaker)
            elif parameter is None or not parameter.check:
                if weaker and value is not None and name not in config.ABOUT:
                    text = "%s gives %s a parameter %s, which it does not have"
                    log.warning(text, origin, self.name, name)
            elif not (weaker and name in self.origins):
                setattr(self, name, check(parameter, value, origin=origin))
                # steps that were copied share the dictionary
                self.origins = {**self.origins, name: origin}

    def read_files(self, above: str = "") -> Iterator[tuple[str, str]]:
        """Yield the texts among the parameters, those of its steps too, which may be files."""
        parts = self.substeps
        for name, parameter in self.parameters.items():
            if not parameter.check or parameter.is_written:
                continue
            if parts and name.startswith("steps."):
                continue
            value = self.value_of(name)
            if isinstance(value, str):
                yield "reference" if parameter.is_override else above + name, value
        for key, part in parts.items():
            yield from part.read_files(f"{above}steps.{key}.")

    def export_config(
        self, filename: str | os.PathLike[str], include_metadata: bool = False
    ) -> None:
        """
        Write the parameters, overrides too, to a file that a run can start from.

        All values are written, so that a run from the file does not depend on defaults, except when
        nobody set them `save_results` (whether to save is for who runs the step to say) and `force`
        (jwst, which reads the file too, does not know it).

        Parameters
        ----------
        filename : str or path
            ``.cfg`` is written as text for configobj, ``.asdf`` as jwst writes it.
        include_metadata : bool, optional
            Leave places in an ASDF file for what a submission to CRDS needs.

        Raises
        ------
        ConfigError
            When a value exists in this process only, or the name promises another kind of file.
        OutputError
            When the file cannot be written.
        """
        from strun.blockio.atomic import refuse_data
        from strun.blockio.together import publish_bytes

        path = os.fspath(filename)
        extension = os.path.splitext(path)[1].lower()
        if extension == ".asdf":
            from strun.parameters.asdf_parameters import document, holds_parameters

            data = document(self._tree(), metadata=include_metadata)
            # an older list of parameters is replaced, as a cfg file is; data are not
            publish_bytes(path, data, over_data=holds_parameters(path))
        elif extension in ("", ".cfg"):
            cls, written = class_path(type(self)), self._written()
            config.publish_lines(path, config.lines(self.name, cls, self.parameters, written))
        else:
            # the greater mistake is told first
            refuse_data(path)
            raise ConfigError(
                f"{path}: parameters are written as .cfg or .asdf; give a name that ends in one of "
                "them"
            )

    def _written(self) -> dict[str, Any]:
        """Return the values that a file of parameters says, by their dotted names."""
        written = {}
        was_set = {each.parameter.name for each in self.said_parameters()}
        for name, parameter in self.parameters.items():
            if not parameter.check:
                continue
            value = self.value_of(name)
            unset = value is None and parameter.default is None
            if unset or (parameter.last == "save_results" and name not in was_set):
                continue
            if parameter.last != "force" or value != parameter.default:
                written[name] = value
        return written

    def _tree(self) -> dict[str, Any]:
        """Return what an ASDF file says of a step, and of those of a pipeline."""
        own = {n: v for n, v in self._written().items() if not n.startswith("steps.")}
        plain = nested({name: config.as_plain(name, value) for name, value in own.items()})
        tree = {"class": class_path(type(self)), "name": self.name, "parameters": plain}
        parts = [each._tree() | {"name": name} for name, each in self.substeps.items()]
        return tree | ({"steps": parts} if parts else {})
