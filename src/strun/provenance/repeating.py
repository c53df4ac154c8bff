"""A run made again from what its product says of it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, ClassVar, Generic, NamedTuple, Protocol, Self, TypeVar

from strun.blockio.cards import Header
from strun.blockio.source import FitsFile
from strun.blockio.values import printable
from strun.class_path import class_path
from strun.errors import (
    ConfigError,
    InputError,
    InputNotFoundError,
    ReferenceNotFoundError,
    StepNotFoundError,
)
from strun.parameters.list_text import split_list
from strun.parameters.spec import OVERRIDE, Parameter
from strun.provenance import record
from strun.provenance.keywords import SOFTWARE
from strun.references.hashing import find_file, is_digest, sha256
from strun.references.references import NOT_APPLICABLE

_PARAMETER = re.compile(r"(\S+) = (.*) \(([^()]*)\)\Z")
_HOOKS = ("pre_hooks", "post_hooks")
_WITH_SUM = re.compile(r"(.*) sha256:([0-9a-f]{16})\Z")
_SHOWN = 12


class _Repeated(Protocol):
    """What is asked of the class of a step."""

    parameters: ClassVar[dict[str, Parameter]]

    @classmethod
    def configured(cls, *sources: tuple[str, Mapping[str, Any]]) -> Self:
        """Return a step with parameters of several sources, the weakest first."""


_Step = TypeVar("_Step", bound=_Repeated)


class Repetition(NamedTuple, Generic[_Step]):
    """
    How a product can be made again.

    Each of the `sources` of parameters is its origin and values; `source` is the input. `changes`
    are what is not as it was when the product was made, `hooks` those among the parameters, as
    ``name = value``.
    """

    product: str
    step: type[_Step]
    sources: list[tuple[str, dict[str, Any]]]
    source: str
    changes: list[str]
    hooks: list[str]

    def configured(self, folder: str) -> _Step:
        """Return the step with its parameters, all that it writes being in a folder."""
        known = self.step.parameters
        written = {
            name: os.path.join(folder, os.path.basename(value))
            for _, said in self.sources
            for name, value in said.items()
            if known[name].is_written
        }
        places = ("record", {"output_dir": folder, **written})
        try:
            return self.step.configured(*self.sources, places)
        except ConfigError as err:
            # the record is at fault, not the call
            raise InputError(f"{self.product}: its record cannot be used: {err}") from err


def _candidates(name: str, folders: Iterable[str]) -> list[str]:
    """Return the files of a name, or of a path to it, in some folders."""
    found = []
    # a record has no absolute paths
    paths = () if os.path.isabs(name) else (name,)
    for folder in folders:
        for each in dict.fromkeys((*paths, os.path.basename(name))):
            path = os.path.normpath(os.path.join(folder, each))
            if os.path.isfile(path) and path not in found:
                found.append(path)
    return found


def _names(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


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

    def step(self, find_step: Callable[[str], type[_Step]]) -> type[_Step]:
        name = self.text(record.STEP)
        if not name:
            raise InputError(
                f"{self.product}: no record of a run in it ({record.STEP} is missing); only "
                "products that strun has made from files can be made again"
            )
        software = self.text("CAL_VER")
        if software != SOFTWARE:
            self.changes.append(f"the software is {SOFTWARE}, and was {software}")
        try:
            return find_step(record.decoded(name))
        except StepNotFoundError as err:
            # the record is at fault, not the call
            raise InputError(f"{self.product}: the step of its record, {err}") from err

    def source(self) -> str:
        name = record.decoded(self.text(record.INPUT))
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
        same = [path for path in found if record.state_of(os.stat(path)) == wanted]
        if not same:
            size, time = record.state_of(os.stat(found[0]))
            self.changes.append(
                f"the input {found[0]} has {size} bytes of {time}, and had {wanted[0]} of "
                f"{wanted[1]}"
            )
        return (same or found)[0]

    def _places(self) -> str:
        return ", ".join(dict.fromkeys(os.path.abspath(folder) for folder in self.folders))

    def _file(self, name: str, digest: str) -> str | None:
        """Return the file of a name with a checksum, else one of the name, else None."""
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

    def _as_in_folder(self, name: str) -> str:
        """Return the name of a file whose name stands in a keyword of jwst, with its escapes."""
        if "\\" not in name:
            return name
        names = (each for folder in self.folders for each in _names(folder))
        return next((each for each in names if printable(each) == name), name)

    def reference(self, reftype: str) -> str | None:
        """Return the file of a reference, None when CRDS is to find it."""
        name = self.text(record.name_keyword(reftype))
        keyword = record.checksum_keyword(reftype)
        digest = self.text(keyword)
        if not digest:
            return NOT_APPLICABLE if name == NOT_APPLICABLE else None
        if not is_digest(digest):
            raise InputError(
                f"{self.product}: {keyword} is {digest!r}, expected the 64 hexadecimal digits of a "
                "SHA-256; the header was changed"
            )
        path = self._file(self._as_in_folder(name.removeprefix("crds://")), digest)
        if path is None and not name.startswith("crds://"):
            raise ReferenceNotFoundError(
                f"{self.product}: its {reftype} reference {name} is not in {self._places()}; "
                "give its folder by --refs or --input_dir"
            )
        return path

    def parameters(self, step: type[_Repeated]) -> Iterator[tuple[str, Parameter, str]]:
        """Yield origin, parameter and value of what the record says."""
        for keyword in sorted(self.header.beginning(record.PARAMETER)):
            said = _PARAMETER.match(self.text(keyword))
            if said is None:
                raise InputError(
                    f"{self.product}: {keyword} is {self.text(keyword)!r}, expected a parameter "
                    "as strun writes it; the header was changed"
                )
            name, value, origin = said.groups()
            parameter = step.parameters.get(name)
            if parameter is None or not parameter.check or record.is_place(parameter.name):
                raise InputError(
                    f"{self.product}: {keyword} says {name}, which is no parameter that a record "
                    f"of {class_path(step)} has; the header was changed"
                )
            yield origin, parameter, record.decoded(value)

    def value(self, parameter: Parameter, text: str) -> Any:  # noqa: ANN401
        """Return the value of a parameter; files are looked for by their checksums."""
        if parameter.takes_list:
            return split_list(text)
        summed = _WITH_SUM.match(text)
        if summed and summed.group(2) == record.NO_FILE:
            # there was none: what may be there now was not read
            return None
        return self._file(*summed.groups()) or summed.group(1) if summed else text


def repetition(
    product: str,
    find_step: Callable[[str], type[_Step]],
    *,
    folders: Iterable[str] = (),
    with_hooks: bool = False,
) -> Repetition[_Step]:
    """
    Return how a product can be made again.

    A record is data that anybody may have written: it names no folder to write to, no code that
    is not installed (`find_step` returns the class of a path without running such code), and no
    hook unless the user wants them.

    The input and the references may lie in some folders, in the product's own, the current one, and
    wherever files of the same SHA-256 were seen before. Raises InputNotFoundError and
    ReferenceNotFoundError when one is not found, and InputError when the product has no record, or
    one that cannot be used, or with hooks.
    """
    with FitsFile.open(product) as file:
        header = file.hdus[0].header
    own = os.path.dirname(os.path.abspath(product))
    reader = _Reader(product, header, [*folders, own, os.getcwd()])
    step, source = reader.step(find_step), reader.source()
    reader.folders.append(os.path.dirname(os.path.abspath(source)))
    parameters = list(reader.parameters(step))
    hooks = [f"{each.name} = {text}" for _, each, text in parameters if each.last in _HOOKS]
    if hooks and not with_hooks:
        raise InputError(
            f"{product}: its record names hooks, which run code ({'; '.join(hooks)}); --with-hooks "
            "runs them, for a product of your own"
        )
    sources = [(origin, {each.name: reader.value(each, t)}) for origin, each, t in parameters]
    said = {each.name for _, each, _ in parameters}
    skipped = {name[: -len("skip")] for name in said if name.rpartition(".")[2] == "skip"}
    for name, parameter in step.parameters.items():
        if parameter.is_override and name.removesuffix(parameter.last) not in skipped:
            path = reader.reference(parameter.last.removeprefix(OVERRIDE))
            if path is not None:
                sources.append(("record", {name: path}))
    return Repetition(product, step, sources, source, reader.changes, hooks)
