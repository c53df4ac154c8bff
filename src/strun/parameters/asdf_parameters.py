"""Parameters of a step in an ASDF file, as CRDS keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import takewhile
from typing import Any

from strun.errors import ConfigError

_START = b"""#ASDF 1.0.0
#ASDF_STANDARD 1.6.0
%YAML 1.1
%TAG ! tag:stsci.edu:asdf/
--- !core/asdf-1.1.0
"""
# what CRDS wants to know of a file that is submitted, and only its author can say
_UNSAID = "<SPECIFY>"
# what a document of another shape than that of parameters raises
_ODD = (AttributeError, KeyError, TypeError, ValueError)


def document(tree: Mapping[str, Any], *, metadata: bool = False) -> bytes:
    """
    Return an ASDF file of parameters, as jwst writes and reads it.

    The tree has ``class``, ``name``, ``parameters`` of plain values and, of a pipeline, a list
    ``steps`` of the same. With `metadata` there are places for what a submission to CRDS needs.
    """
    import yaml

    about = {"meta": _metadata(str(tree["class"]))} if metadata else {}
    text: str = yaml.safe_dump({**tree, **about}, allow_unicode=True)
    return _START + text.encode() + b"...\n"


def _metadata(class_path: str) -> dict[str, Any]:
    from strun.blockio.values import now

    unsaid = ("author", "origin", "pedigree", "reftype", "telescope", "useafter")
    return dict.fromkeys(unsaid, _UNSAID) | {
        "date": now().partition(".")[0],
        "description": f"Parameters for calibration step {class_path}",
        "instrument": {"name": _UNSAID},
    }


def holds_parameters(path: str) -> bool:
    """Return whether there is an ASDF file of parameters, not one of data."""
    try:
        return bool(read_document(path))
    except ConfigError:
        return False


def read_document(path: str) -> dict[str, Any]:
    """
    Return what an ASDF file says of a step: ``name``, ``class`` if it says them, ``parameters``.

    Sections are dictionaries; the parameters of a pipeline's steps are in the section ``steps``.
    ConfigError is raised when the file cannot be read, or has no parameters.
    """
    import yaml

    try:
        found = plain_tree(path)
        return {**_about(found), "parameters": _parameters(found)}
    except (OSError, yaml.YAMLError, *_ODD, RecursionError) as err:
        raise ConfigError(
            f"{path}: no parameters of a step can be read from it ({type(err).__name__}); expected "
            "an ASDF file with name, class and parameters"
        ) from err


def plain_tree(path: str) -> Any:  # noqa: ANN401
    """
    Return the tree of an ASDF file as plain values: of an array what is said of it.

    Only the text is read. What is no such file raises OSError, YAMLError, ValueError or
    RecursionError.
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
    with open(path, "rb") as stream:
        # behind the text may come binary blocks
        lines = takewhile(lambda line: not line.startswith(b"..."), stream)
        text = b"".join(lines)
    return yaml.load(text, plain)


def _about(tree: Mapping[str, Any]) -> dict[str, Any]:
    """Return name and class, which the older form has among the parameters."""
    said = {**tree["parameters"], **tree}
    return {key: str(said[key]) for key in ("name", "class") if said.get(key) is not None}


def _parameters(tree: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters of a step and, in a section, those of the steps in it."""
    own = {key: value for key, value in tree["parameters"].items() if key not in ("name", "class")}
    parts = {part["name"]: _parameters(part) for part in tree.get("steps") or ()}
    return own | ({"steps": parts} if parts else {})
