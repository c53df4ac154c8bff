"""The parameters of a step as they are now: looked at, changed, written to a cfg file."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, NamedTuple, Protocol

from strun.class_path import class_path
from strun.errors import ConfigError
from strun.logs import get_logger
from strun.parameters import config, validation
from strun.parameters.precedence import nested
from strun.parameters.spec import Parameter, own_names

log = get_logger("stpipe.step")

# attributes that tell more in a run than what was said
_SAID = {"input_dir": "_input_dir", "suffix": "_suffix"}


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


class Said(NamedTuple):
    """A parameter that somebody has said, its value, and where that comes from."""

    parameter: Parameter
    value: Any
    origin: str


def value_of(step: Owner, name: str) -> Any:  # noqa: ANN401
    """
    Return a parameter's value.

    Parameters
    ----------
    step : Step
        Its own, or a pipeline with the step.
    name : str
        Dotted: ``skip``, ``steps.dq_init.skip``, ``section.name``.
    """
    first, _, rest = name.partition(".")
    if first == "steps" and (parts := step.substeps):
        part, _, rest = rest.partition(".")
        return value_of(parts[part], rest)
    value = getattr(step, _SAID.get(first, first))
    for key in rest.split(".") if rest else ():
        value = value[key]
    return value


def get(step: Owner, *, full_spec: bool = True) -> dict[str, Any]:
    """
    Return the values of a step's parameters.

    Parameters
    ----------
    step : Step
        A pipeline gives those of its steps under ``steps``.
    full_spec : bool, optional
        False: only the parameters that the class itself defines. Overrides come when given.
    """
    names = step.parameters if full_spec else own_names(type(step))
    found: dict[str, Any] = {}
    for name in names:
        parameter = step.parameters[name]
        if parameter.check and not name.startswith("steps."):
            value = getattr(step, name.partition(".")[0])
            if not (parameter.is_override and value is None):
                found[name.partition(".")[0]] = value
    # a pipeline without steps has a list of none
    if hasattr(step, "step_defs"):
        found["steps"] = {n: each.get_pars(full_spec) for n, each in step.substeps.items()}
    return found


def said(step: Owner) -> Iterator[Said]:
    """
    Yield each parameter that somebody has said.

    Parameters
    ----------
    step : Step
        A pipeline gives those of its steps too, as ``steps.dq_init.skip``. What was set as an
        attribute of the step counts as given.
    """
    parts = step.substeps
    for name, parameter in step.parameters.items():
        if not parameter.check or (parts and name.startswith("steps.")):
            continue
        value, origin = value_of(step, name), step.origins.get(name)
        if origin is not None or value != parameter.default:
            yield Said(parameter, value, origin or "given")
    for key, part in parts.items():
        for own in said(part):
            name = f"steps.{key}.{own.parameter.name}"
            yield own._replace(parameter=own.parameter._replace(name=name))


def update(
    step: Owner, parameters: Mapping[str, Any], *, origin: str = "given", weaker: bool = False
) -> None:
    """
    Set parameters of a step.

    Parameters
    ----------
    step : Step
        Changed.
    parameters : mapping
        Name to value; ``steps`` holds those of a pipeline's steps. Unknown names are ignored.
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
        parameter = step.parameters.get(name)
        if name == "steps" and step.substeps:
            for part in step.substeps.keys() & value.keys():
                update(step.substeps[part], value[part], origin=origin, weaker=weaker)
        elif parameter is None or not parameter.check:
            if weaker and value is not None and name not in config.ABOUT:
                log.warning(
                    "%s gives %s a parameter %s, which it does not have", origin, step.name, name
                )
        elif not (weaker and name in step.origins):
            setattr(step, name, validation.check(parameter, value, origin=origin))
            # steps that were copied share the dictionary
            step.origins = {**step.origins, name: origin}


def export(step: Owner, path: str, *, metadata: bool = False) -> None:
    """
    Write a step's parameters to a file: cfg, or ASDF when its name ends in ``.asdf``.

    All values are written, so that a run from the file does not depend on defaults, except when
    nobody set them `save_results` (whether to save is for who runs the step to say) and `force`
    (jwst, which reads the file too, does not know it).

    Raises
    ------
    ConfigError
        When a value exists in this process only, or the name promises another kind of file.
    OutputError
        When the file cannot be written.
    """
    from strun.blockio.atomic import refuse_data
    from strun.blockio.together import publish_bytes

    extension = os.path.splitext(path)[1].lower()
    if extension == ".asdf":
        from strun.parameters.asdf_parameters import document, holds_parameters

        data = document(_tree(step), metadata=metadata)
        # an older list of parameters is replaced, as a cfg file is; data are not
        publish_bytes(path, data, over_data=holds_parameters(path))
    elif extension in ("", ".cfg"):
        path_of_class, written = class_path(type(step)), _written(step)
        lines = config.lines(step.name, path_of_class, step.parameters, written)
        config.publish_lines(path, lines)
    else:
        # the greater mistake is told first
        refuse_data(path)
        raise ConfigError(
            f"{path}: parameters are written as .cfg or .asdf; give a name that ends in one of them"
        )


def _written(step: Owner) -> dict[str, Any]:
    """Return the values that a file of parameters says, by their dotted names."""
    written = {}
    was_set = {each.parameter.name for each in said(step)}
    for name, parameter in step.parameters.items():
        if not parameter.check:
            continue
        value = value_of(step, name)
        unset = value is None and parameter.default is None
        if unset or (parameter.last == "save_results" and name not in was_set):
            continue
        if parameter.last != "force" or value != parameter.default:
            written[name] = value
    return written


def _tree(step: Owner) -> dict[str, Any]:
    """Return what an ASDF file says of a step, and of those of a pipeline."""
    own = {n: v for n, v in _written(step).items() if not n.startswith("steps.")}
    plain = nested({name: config.as_plain(name, value) for name, value in own.items()})
    tree = {"class": class_path(type(step)), "name": step.name, "parameters": plain}
    parts = [_tree(each) | {"name": name} for name, each in step.substeps.items()]
    return tree | ({"steps": parts} if parts else {})
