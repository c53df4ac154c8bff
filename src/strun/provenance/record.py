"""The record in a product's primary header of what it was made from, so that it can be made again.

Keywords of the record, beside those that jwst writes:

==================  ==========================================================================
STRUNSTP            class of the step
STRUNINP            name of the input; its path relative to the product's folder when it is short
STRUNSIZ, STRUNTIM  size in bytes of the input, and when it was changed last (UTC)
STRUNP01 ...        a parameter that differs from its default, and where it comes from
H_MASK, H_LINEAR    SHA-256 of the reference that R_MASK, R_LINEAR name
==================  ==========================================================================

A record is of one run: nothing of the one that the input has is taken over. What is no printable
ASCII stands as ``%C3`` and the like, see `encoded`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from strun.blockio.cards import Header
from strun.blockio.source import FitsFile
from strun.blockio.values import Value
from strun.datamodels.keywords import table
from strun.datamodels.model import JwstDataModel
from strun.errors import StrunError
from strun.parameters.list_text import join_list
from strun.parameters.owner import Said
from strun.parameters.spec import WRITTEN
from strun.references.hashing import Hashing, sha256

STEP, INPUT, SIZE, TIME, PARAMETER = "STRUNSTP", "STRUNINP", "STRUNSIZ", "STRUNTIM", "STRUNP"
# every keyword that begins so belongs to a record
_BEGINS = ("STRUN", "H_")
_UNKNOWN = "0" * 64
# of a file that a parameter names: its SHA-256 begins so
_SUM, _LENGTH = " sha256:", 16
NO_FILE = "0" * _LENGTH
"""Stands for the SHA-256 of a file that was not there."""
# parameters that say where files lie: they stand in no record
_PLACES = frozenset({"input_dir", "output_dir", "save_results", "search_output_file"})
_FAR = os.path.join("..", "..", "..")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# what is not printable ASCII, blanks at the end (a card loses them), and what reads as an escape
_ODD = re.compile(r"[^ -~]+|%(?=[0-9A-Fa-f]{2})| +\Z")
_ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")


def encoded(text: str) -> str:
    """
    Return a text as printable ASCII, from which `decoded` makes the same text again.

    Other characters are their bytes as ``%C3``; most names stay as they are. Bytes of a file name
    that are no UTF-8 are surrogates in the text, as Python reads them.
    """
    return _ODD.sub(lambda odd: _escaped(odd.group()), text)


def _escaped(odd: str) -> str:
    return "".join(f"%{byte:02X}" for byte in odd.encode("utf-8", "surrogateescape"))


def decoded(text: str) -> str:
    """Return what `encoded` made a text of, as a name that the system understands."""
    return _ESCAPES.sub(
        lambda found: os.fsdecode(bytes.fromhex(found.group().replace("%", ""))), text
    )


class Card(NamedTuple):
    """The value of a keyword, and its comment."""

    value: Value
    comment: str


class Record:
    """
    What a product says of its making: keywords with values and comments.

    A None takes a keyword of an earlier run away. Zeros stand for checksums of references that are
    not known until `finish`.
    """

    def __init__(
        self, cards: dict[str, Card], files: Mapping[str, str], handed_on: frozenset[str]
    ) -> None:
        self.cards = cards
        self._handed_on = handed_on
        self._files = dict(files)
        self.hashing = Hashing(set(files.values()))
        self._fill(self.hashing.digests)

    def _fill(self, digests: Mapping[str, str]) -> None:
        for keyword, path in self._files.items():
            digest = digests.get(path, _UNKNOWN)
            self.cards[keyword] = Card(digest, f"SHA-256 of {keyword.replace('H_', 'R_')}")

    def finish(self) -> None:
        """Wait for the checksums of the references."""
        self._fill(self.hashing.finish())

    def write(self, model: JwstDataModel) -> None:
        """Put the cards into a model's primary header."""
        model.changed_keywords.own = dict(self.cards)

    def differences(self, product: str, *, partial: bool = False) -> list[str]:
        """
        Return in what a product differs from one with this record: what keywords say and would say.

        Nothing means that it need not be made again. A file that cannot be read, or is cut, is a
        difference. One that is `partial` may be made by some of the steps: references that it does
        not name are those of the others.
        """
        try:
            with FitsFile.open(product) as file:
                header = file.hdus[0].header
                found = {k: header.get(k) for k in {*self.cards, *earlier(header)}}
        except (StrunError, OSError) as err:
            return [str(err)]
        wanted = {keyword: card.value for keyword, card in self.cards.items()}
        return [
            f"{keyword} was {found.get(keyword)}, is {wanted.get(keyword)}"
            for keyword in sorted(found)
            if not (partial and keyword.startswith("H_") and found[keyword] is None)
            if self._meant(keyword, found.get(keyword)) != self._meant(keyword, wanted.get(keyword))
        ]

    def _meant(self, keyword: str, value: Value) -> Value:
        """Return what makes a difference of a value: who said a parameter does not."""
        if not (keyword.startswith(PARAMETER) and isinstance(value, str)):
            return value
        meant = value.rpartition(" (")[0]
        # a file that the run has changed itself is another one now
        return meant.partition(_SUM)[0] if meant.partition(" ")[0] in self._handed_on else meant

    @property
    def checksums(self) -> dict[str, str]:
        """Keyword and SHA-256 of each reference."""
        return {keyword: str(self.cards[keyword].value) for keyword in self._files}


def name_keyword(reftype: str) -> str:
    """Return the keyword of a reference's name: R_MASK."""
    row = table().by_path.get(f"meta.ref_file.{reftype}.name")
    return row.keyword if row is not None else f"R_{reftype.upper()[:6]}"


def is_place(name: str) -> bool:
    """Return whether a parameter only says where files lie, or whether the run's own is saved."""
    section, _, last = name.rpartition(".")
    # what a step of a pipeline saves is one more product of the run
    return last in _PLACES and not (section and last == "save_results")


def checksum_keyword(reftype: str) -> str:
    """Return the keyword of a reference's checksum: H_MASK."""
    return f"H_{name_keyword(reftype).removeprefix('R_')}"


def _relative(source: str, product: str | None) -> str:
    """Return the path of an input from its product's folder, or its name when that is far."""
    name = os.path.basename(source)
    if product is None:
        return name
    folder = os.path.dirname(os.path.abspath(product))
    path = os.path.relpath(os.path.abspath(source), folder)
    return name if path.startswith(_FAR) or os.path.isabs(path) else path


def state_of(status: os.stat_result) -> tuple[int, str]:
    """Return size and time of a file, as the record says them."""
    seconds, rest = divmod(status.st_mtime_ns, 1_000_000_000)
    try:
        moment = _EPOCH + timedelta(seconds=seconds)
    except OverflowError:
        return status.st_size, f"{seconds} s"
    return status.st_size, f"{moment.replace(tzinfo=None).isoformat()}.{rest:09d}"


def _input_cards(
    source: str | None, product: str | None, opened: os.stat_result | None
) -> Iterator[tuple[str, Card]]:
    """Yield what is said of the input; nothing for a model that was made in memory."""
    if source is None or not (opened or os.path.exists(source)):
        return
    size, time = state_of(opened or os.stat(source))
    yield INPUT, Card(encoded(_relative(source, product)), "input")
    yield SIZE, Card(size, "[byte] size of the input")
    yield TIME, Card(time, "[UTC] last change of the input")


def _text(name: str, value: Any, kind: str) -> str:  # noqa: ANN401
    """Return a value as it would be typed, without folders of one machine."""
    if isinstance(value, list | tuple):
        return join_list([_text(name, each, kind) for each in value])
    if callable(value) and hasattr(value, "__qualname__"):
        # its address would be another one each time
        return f"{value.__module__}.{value.__qualname__}"
    if not isinstance(value, str):
        return str(value)
    short, there = os.path.basename(value), os.path.isfile(value)
    if kind == "file" and not there:
        return f"{short}{_SUM}{NO_FILE}"
    if os.path.sep not in value and not there:
        return value
    if kind in WRITTEN or name.startswith("override_") or not there:
        # the checksum of a reference has a keyword of its own
        return short if os.path.isabs(value) else value
    return f"{short}{_SUM}{sha256(value)[:_LENGTH]}"


def _parameters(said: Iterable[Said]) -> Iterator[str]:
    """Yield name, value and origin of each parameter that differs from its default."""
    for parameter, value, origin in sorted(said, key=lambda each: each.parameter.name):
        if is_place(parameter.name) or (value == parameter.default and not parameter.is_override):
            continue
        text = _text(parameter.last, value, parameter.kind)
        if parameter.is_override and not isinstance(value, str):
            text = getattr(value, "override_handle", type(value).__name__)
        yield f"{parameter.name} = {text} ({origin})"


def take(
    header: Header | None,
    *,
    step: str,
    parameters: Iterable[Said],
    references: Mapping[str, str | None],
    source: str | None,
    product: str | None = None,
    opened: os.stat_result | None = None,
    handed_on: str | None = None,
) -> Record:
    """
    Return the record of a run of a step, by the path of its class.

    Keywords of an earlier run are taken from the `header`, the primary one that it is for. The
    `references` are the paths of files by their types; None is one that is no file. The path of the
    `source` is counted from the `product`, and None when the input was made in memory; `opened` is
    what it was when it was opened, since its name may be gone or another file's by now. The file
    that is `handed_on` is one that the run replaces, and may read.
    """
    parameters = list(parameters)
    cards = {STEP: Card(encoded(step), "step that made this file")}
    cards |= dict(_input_cards(source, product, opened))
    for number, text in enumerate(_parameters(parameters), 1):
        cards[f"{PARAMETER}{number:02d}"] = Card(encoded(text), "")
    files = {checksum_keyword(reftype): path for reftype, path in references.items()}
    for keyword in [*earlier(header), *files]:
        cards.setdefault(keyword, Card(None, ""))
    place = handed_on and os.path.realpath(handed_on)
    same = frozenset(
        p.name
        for p, value, _ in parameters
        if place and isinstance(value, str) and os.path.realpath(value) == place
    )
    known = {keyword: path for keyword, path in files.items() if path is not None}
    return Record(cards, known, same)


def keep_own(model: JwstDataModel) -> None:
    """Take away the record that a model has from its file, when no run has given it another."""
    own = model.changed_keywords.own
    if not own:
        own.update({keyword: Card(None, "") for keyword in earlier(model.header("PRIMARY"))})


def earlier(header: Header | None) -> list[str]:
    """Return the keywords that a header has of the record of any run."""
    return [] if header is None else header.beginning(*_BEGINS)
