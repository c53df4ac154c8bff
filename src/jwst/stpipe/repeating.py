"""A run made again from what its product says of it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from jwst.blockio.source import FitsFile
from jwst.errors import InputError, InputNotFoundError, ReferenceNotFoundError
from jwst.stpipe import record, registry
from jwst.stpipe.hashing import find_file, sha256
from jwst.stpipe.options import split_list
from jwst.stpipe.provenance import SOFTWARE
from jwst.stpipe.references import NOT_APPLICABLE
from jwst.stpipe.spec import OVERRIDE

if TYPE_CHECKING:
    from jwst.blockio.cards import Header
    from jwst.stpipe.step import Step

__all__ = ["Repetition", "repetition"]

_PARAMETER = re.compile(r"(\S+) = (.*) \(([^()]*)\)\Z")
_WITH_SUM = re.compile(r"(.*) sha256:([0-9a-f]{16})\Z")
_SHOWN = 12


class Repetition(NamedTuple):
    """
    How a product can be made again.

    Attributes
    ----------
    step : type
        The class of the step.
    sources : list
        Origin and values of its parameters.
    source : str
        The input.
    changes : list of str
        What is not as it was when the product was made.
    """

    step: type[Step]
    sources: list[tuple[str, dict[str, Any]]]
    source: str
    changes: list[str]


def _candidates(name: str, folders: Iterable[str]) -> list[str]:
    """Return the files of a name, or of a way to it, in some folders."""
    found = []
    for folder in folders:
        for each in dict.fromkeys((name, os.path.basename(name))):
            path = os.path.normpath(os.path.join(folder, each))
            if os.path.isfile(path) and path not in found:
                found.append(path)
    return found


class _Reader:
    """What the header of a product says, and the files that it means."""

    def __init__(self, product: str, header: Header, folders: list[str]) -> None:
        self.product = product
        self.header = header
        self.folders = folders
        self.changes: list[str] = []

    def text(self, keyword: str) -> str:
        value = self.header.get(keyword)
        return value if isinstance(value, str) else ""

    def step(self) -> type[Step]:
        name = self.text(record.STEP)
        if not name:
            raise InputError(
                f"{self.product}: no record of a run in it ({record.STEP} is missing); only "
                "products that strun has made from files can be made again"
            )
        software = self.text("CAL_VER")
        if software != SOFTWARE:
            self.changes.append(f"the software is {SOFTWARE}, and was {software}")
        return registry.find_class(name)

    def source(self) -> str:
        name = self.text(record.INPUT)
        if not name:
            raise InputError(
                f"{self.product}: its input is not named ({record.INPUT} is missing): it was a "
                "model in memory, and cannot be read again"
            )
        found = _candidates(name, self.folders)
        if not found:
            raise InputNotFoundError(
                f"{self.product}: its input {name} is not in {self._places()}; give its folder by "
                "--input_dir"
            )
        wanted = (self.header.get(record.SIZE), self.header.get(record.TIME))
        same = [path for path in found if record.state_of(path) == wanted]
        if not same:
            size, time = record.state_of(found[0])
            self.changes.append(
                f"the input {found[0]} has {size} bytes of {time}, and had {wanted[0]} of "
                f"{wanted[1]}"
            )
        return (same or found)[0]

    def _places(self) -> str:
        return ", ".join(dict.fromkeys(os.path.abspath(folder) for folder in self.folders))

    def _file(self, name: str, digest: str) -> str | None:
        """Return the file of a name with a sum; else one of the name; None when there is none."""
        found = _candidates(name, self.folders)
        for path in found:
            if sha256(path).startswith(digest):
                return path
        known = find_file(digest)
        if known is None and found:
            self.changes.append(
                f"{name} has the SHA-256 {sha256(found[0])[:_SHOWN]}..., and had "
                f"{digest[:_SHOWN]}..."
            )
        return known or (found[0] if found else None)

    def reference(self, reftype: str) -> str | None:
        """Return the file of a reference, None when CRDS is to find it."""
        name = self.text(record.name_keyword(reftype))
        digest = self.text(record.sum_keyword(reftype))
        if not digest:
            return NOT_APPLICABLE if name == NOT_APPLICABLE else None
        path = self._file(name.removeprefix("crds://"), digest)
        if path is None and not name.startswith("crds://"):
            raise ReferenceNotFoundError(
                f"{self.product}: its {reftype} reference {name} is not in {self._places()}; "
                "give its folder by --refs or --input_dir"
            )
        return path

    def parameters(self, step: type[Step]) -> Iterator[tuple[str, dict[str, Any]]]:
        number = 1
        while text := self.text(f"{record.PARAMETER}{number:02d}"):
            said = _PARAMETER.match(text)
            if said:
                name, value, origin = said.groups()
                summed = _WITH_SUM.match(value)
                if summed:
                    value = self._file(*summed.groups()) or summed.group(1)
                parameter = step.parameters.get(name)
                is_list = parameter is not None and parameter.takes_list
                yield origin, {name: split_list(value) if is_list else value}
            number += 1


def repetition(
    product: str, *, folders: Iterable[str] = (), overrides: dict[str, str] | None = None
) -> Repetition:
    """
    Return how a product can be made again.

    Parameters
    ----------
    product : str
        A product of strun.
    folders : iterable of str, optional
        Where its input and its references may lie, besides its own folder, the current one, and
        wherever files of the same SHA-256 were seen before.
    overrides : dict, optional
        References by kind, when they are known.

    Raises
    ------
    InputError
        When the product has no record.
    InputNotFoundError, ReferenceNotFoundError
        When its input or a reference is not found.
    """
    with FitsFile.open(product) as file:
        header = file.hdus[0].header
    own = os.path.dirname(os.path.abspath(product))
    reader = _Reader(product, header, [*folders, own, os.getcwd()])
    step, source = reader.step(), reader.source()
    reader.folders.append(os.path.dirname(os.path.abspath(source)))
    sources = list(reader.parameters(step))
    if not any("skip" in values for _, values in sources):
        for reftype in step.reference_file_types:
            path = (overrides or {}).get(reftype) or reader.reference(reftype)
            if path is not None:
                sources.append(("record", {OVERRIDE + reftype: path}))
    return Repetition(step, sources, source, reader.changes)
