"""Parameters of a step in an ASDF file, as CRDS keeps them."""

from __future__ import annotations

from typing import Any

from jwst.errors import ConfigError

__all__ = ["read_document"]


def read_document(path: str) -> dict[str, Any]:
    """
    Return what an ASDF file says of a step.

    Parameters
    ----------
    path : str
        The file; only its text is read, by a loader that makes nothing but plain values.

    Returns
    -------
    dict
        ``name`` and ``class`` when they are there, and ``parameters``: sections are dictionaries.

    Raises
    ------
    ConfigError
        When it cannot be read, or has no parameters.
    """
    # astropy needs it, and so it is there
    import yaml

    def untagged(loader: Any, _: str, node: Any) -> Any:  # noqa: ANN401
        if isinstance(node, yaml.MappingNode):
            return loader.construct_mapping(node, deep=True)
        if isinstance(node, yaml.SequenceNode):
            return loader.construct_sequence(node, deep=True)
        return loader.construct_scalar(node)

    # takes a value with a tag as if it had none
    plain: Any = type("Plain", (yaml.SafeLoader,), {})
    plain.add_multi_constructor("", untagged)
    try:
        with open(path, "rb") as stream:
            # behind the text may come binary blocks
            text = stream.read().partition(b"\n...")[0]
        found = yaml.load(text, plain)
        return {**found, "parameters": dict(found["parameters"])}
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as err:
        raise ConfigError(
            f"{path}: no parameters of a step can be read from it ({type(err).__name__}); expected "
            "an ASDF file with name, class and parameters"
        ) from err
