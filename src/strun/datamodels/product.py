"""A model as a product: which units, in which order, under which headers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from strun.blockio.cards import Header
from strun.blockio.headers import image_header, table_header
from strun.blockio.layout import Hdu
from strun.blockio.parts import Part
from strun.blockio.values import now
from strun.datamodels.arrays import ArraySpec
from strun.datamodels.contents import Contents
from strun.datamodels.other_cards import with_extra, with_history
from strun.errors import OutputError, OutputKindError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from strun.datamodels.model import JwstDataModel

_ASDF = "ASDF"
# the least document that jwst's readers accept
_DOCUMENT = b"""#ASDF 1.0.0
#ASDF_STANDARD 1.6.0
%YAML 1.1
%TAG ! tag:stsci.edu:asdf/
--- !core/asdf-1.1.0
{}
...
"""


def with_changes(model: Contents, header: Header, hdu: str) -> Header:
    """Put the keywords that were set into the header of a unit."""
    for keyword, value in model.changed_keywords.changes(hdu).items():
        header.put(keyword, value)
    extra = model.changed_extra_fits(hdu)
    if extra is not None:
        with_extra(header, hdu, extra)
    return header


def _drop_sums(header: Header) -> None:
    for keyword in ("CHECKSUM", "DATASUM"):
        header.remove(keyword)


def numbered(header: Header) -> Header:
    """Give a unit its EXTVER, which jwst's readers look it up by; its old checksums go."""
    _drop_sums(header)
    if "EXTVER" not in header:
        header.set("EXTVER", 1, "extension value", after="EXTNAME")
    return header


def primary_part(model: Contents) -> Part:
    """Return the primary unit of a model."""
    if model.file is None:
        hdu, header = None, image_header(None, (), "uint8", primary=True)
        header.set("EXTEND", True)
    else:
        hdu = model.file.hdus[0]
        header = hdu.header.copy()
        _drop_sums(header)
    with_changes(model, header, "PRIMARY")
    if model.changed_history is not None:
        with_history(header, model.changed_history)
    for keyword, (value, comment) in model.changed_keywords.own.items():
        header.put(keyword, value, comment)
    return Part(None, header, hdu)


# the exposures of a batch have mostly the same
@lru_cache(maxsize=32)
def _array_header(spec: ArraySpec, shape: tuple[int, ...], cards: tuple[bytes, ...]) -> Header:
    """Return the header of an array, not to be changed, made of the cards that it had."""
    return numbered(image_header(spec.hdu, shape, spec.dtype, base=Header(list(cards))))


def _array(model: Contents, name: str) -> Part | None:
    shape = model.array_shape(name)
    if shape is None:
        return None
    spec = model.arrays[name]
    found = model.image_hdu(name)
    cards = found.header.cards if found is not None else ()
    header = with_changes(model, _array_header(spec, shape, cards).copy(), spec.hdu)
    if name in model.loaded:
        return Part(name, header, array=model.loaded[name])
    return Part(name, header, model.array_hdu(name))


def table_part(model: Contents, name: str) -> Part | None:
    """Return the unit of a table, None without it."""
    hdu = model.table_hdu(name)
    if hdu is not None and (name not in model.loaded or _unchanged(model, name, hdu)):
        header = with_changes(model, numbered(hdu.header.copy()), hdu.name)
        return Part(name, header, hdu)
    if model.loaded.get(name) is None:
        return None
    from strun.datamodels.tables import plain_rows

    values = plain_rows(model.loaded[name])
    return Part(name, numbered(table_header(model.tables[name], values)), array=values)


def _unchanged(model: Contents, name: str, hdu: Hdu) -> bool:
    """Whether a table that was looked at is still the one on disk."""
    values = model.loaded[name]
    if values is None or model.file is None:
        return False
    from strun.datamodels.tables import as_rows

    original = as_rows(name, model.file.read_table(hdu))
    return bool(original.dtype == values.dtype and original.tobytes() == values.tobytes())


def _others(model: Contents) -> Iterator[Part]:
    """Yield the units that no array or table of the model names; ASDF last."""
    named = [model.image_hdu(name) for name in model.arrays]
    named += [model.table_hdu(name) for name in model.tables]
    hdus = model.file.hdus[1:] if model.file is not None else ()
    left = [hdu for hdu in hdus if hdu not in named]
    documents = [Part(None, hdu.header, hdu) for hdu in left if hdu.name == _ASDF]
    for hdu in (hdu for hdu in left if hdu.name != _ASDF):
        yield Part(None, with_changes(model, hdu.header.copy(), hdu.name), hdu)
    if not documents and model.needs_asdf:
        documents.append(minimal_asdf())
    yield from documents


def minimal_asdf() -> Part:
    """Return the ASDF unit of a model that has none: its readers want one."""
    header, row = _minimal_document()
    return Part(None, header.copy(), array=row)


@cache
def _minimal_document() -> tuple[Header, NDArray[Any]]:
    """Return the ASDF unit of a model that has none."""
    import numpy as np

    data = np.frombuffer(_DOCUMENT, "u1")
    row = np.array([(data,)], [("ASDF_METADATA", "u1", data.shape)])
    row.flags.writeable = False
    return table_header(_ASDF, row), row


def parts(model: Contents) -> list[Part]:
    """Return a model as units: PRIMARY, arrays, tables, those that it does not know, ASDF."""
    names = dict.fromkeys((*model.units, *model.arrays, *model.tables))
    known = (
        _array(model, name) if name in model.arrays else table_part(model, name) for name in names
    )
    first = primary_part(model)
    return [first, *(part for part in known if part), *_others(model)]


def save(
    model: JwstDataModel,
    path: str,
    *,
    overwrite: bool = True,
    checksum: bool = False,
    durable: bool = False,
) -> None:
    """
    Write a model; its name, date and kind go into the header.

    Raises OutputError when the file is there and must not be overwritten, or is not named .fits.
    """
    from strun.blockio.writer import write_fits

    if not path.lower().endswith(".fits"):
        raise OutputKindError(f"{path}: models are saved as FITS; name it .fits")
    if not overwrite and os.path.lexists(path):
        raise OutputError(
            f"{path}: the file already exists; overwrite=True replaces it, or give another name"
        )
    model.meta.filename = os.path.basename(path)
    model.meta.date = now()
    model.meta.model_type = type(model).__name__
    write_fits(path, model.parts(), model.file, checksum=checksum, durable=durable)
