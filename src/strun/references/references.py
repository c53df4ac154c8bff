"""Reference files of an exposure: where they come from, and opening them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from strun.blockio.file_state import CHANGED, State, has_changed, state_of
from strun.errors import ReferenceFileError, ReferenceNotFoundError

if TYPE_CHECKING:
    from strun.datamodels.reference import ReferenceFileModel
    from strun.references.crds_lookup import Found

    Reference = TypeVar("Reference", bound=ReferenceFileModel)

NOT_APPLICABLE = "N/A"
# kinds of references that are made for no exposure of an instrument
_NEVER = {"superbias": "MIRI"}


class Choice(NamedTuple):
    """A reference that was chosen: a path, a model or N/A, and what the product says of it."""

    reference: Any
    name: str
    reason: str
    crds: Found | None = None
    state: State | None = None

    def noted(self) -> Choice:
        """Return the same choice with the state of its file."""
        try:
            return self._replace(state=state_of(os.stat(self.reference))) if self.is_file else self
        except OSError:
            # opening it will say why it cannot be had
            return self

    @property
    def path(self) -> str | None:
        """The path of a reference that is a file."""
        return self.reference if self.is_file else None

    @property
    def is_file(self) -> bool:
        """Whether the reference is a path."""
        return isinstance(self.reference, str) and self.reference not in ("", NOT_APPLICABLE)


def choose(
    reftype: str,
    override: Any,  # noqa: ANN401
    parameters: Callable[[], Mapping[str, Any]] = dict,
    *,
    folder: str | None = None,
) -> Choice:
    """
    Choose the reference of a kind, in lower case, as 'mask'.

    Others than the user's `override` (a path or a model) are asked only when that is None:
    `folder`, a folder or a pack of references, else CRDS, by metadata paths and values that
    `parameters` returns. Raises ReferenceNotFoundError when there is no such file, or CRDS has none
    or cannot be asked.
    """
    if override == "":
        # a step may do without a reference of this kind
        return Choice("", "", "left out")
    if override is None and reftype in _NEVER:
        instrument = str(parameters().get("meta.instrument.name")).upper()
        if instrument == _NEVER[reftype]:
            return Choice(NOT_APPLICABLE, NOT_APPLICABLE, f"{instrument} has none")
    if override is None and folder:
        from strun.references.reference_folder import choose_from
        from strun.references.reference_pack import folder_of

        chosen = choose_from(folder_of(folder), reftype, parameters())
        return Choice(chosen.path, os.path.basename(chosen.path), chosen.reason)
    if override is None:
        from strun.references.crds_lookup import look_up

        found = look_up(parameters(), reftype)
        return Choice(found.path, found.name, f"CRDS, {found.context}", found)
    if not isinstance(override, str):
        name = getattr(override, "override_handle", type(override).__name__)
        return Choice(override, name, "override, a model")
    if override.strip() == NOT_APPLICABLE:
        return Choice(NOT_APPLICABLE, NOT_APPLICABLE, "override")
    path = os.path.abspath(override)
    if not os.path.exists(path):
        raise ReferenceNotFoundError(
            f"{override}: no such {reftype} reference file; check --override_{reftype}"
        )
    return Choice(path, os.path.basename(path), "override")


def require_unchanged(choices: Mapping[str, Choice]) -> None:
    """
    Raise ReferenceFileError when the file of a reference is another than when it was chosen.

    What was used, and what its SHA-256 was taken of, may be two files.
    """
    for reftype, choice in choices.items():
        if choice.is_file and has_changed(choice.reference, choice.state):
            raise ReferenceFileError(f"{reftype} reference {choice.reference}: {CHANGED}")


def chosen_by_crds(choices: Mapping[str, Choice]) -> tuple[str, str] | None:
    """Return context and software version when CRDS chose any of these, else None."""
    found = [choice.crds for choice in choices.values() if choice.crds is not None]
    return (found[0].context, found[0].version) if found else None


def open_reference(choice: Choice, kind: type[Reference], *, reftype: str) -> Reference:
    """
    Return the model of a chosen reference.

    Raises ReferenceFileError when the file cannot be read, in words that say it is the reference.
    """
    if isinstance(choice.reference, kind):
        return choice.reference
    try:
        if not choice.is_file:
            return kind(choice.reference)
        return _opened(choice.reference, kind)
    except (ValueError, OSError) as err:
        raise ReferenceFileError(f"{reftype} reference {err}") from err


# the last reference of each kind: a batch of exposures mostly has one
_last: dict[type, tuple[tuple[object, ...], Any]] = {}


def _opened(path: str, kind: type[Reference]) -> Reference:
    """Return the model of a file, the last one again when nobody has touched it or the file."""
    try:
        status = os.stat(path)
    except OSError as err:
        raise ReferenceFileError(f"{path}: cannot be read: {err.strerror}") from err
    state = (path, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
    known, model = _last.get(kind, ((), None))
    if known == state and model.file is not None and _untouched(model):
        found: Reference = model
        return found
    model = kind(path)
    _last[kind] = (state, model)
    return model


def _untouched(model: ReferenceFileModel) -> bool:
    return not (model.changed_keywords.changed or any(n in model.loaded for n in model.arrays))
