"""A model as a notebook shows it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

from strun.datamodels.contents import Contents

_OPTICS = ("detector", "filter", "pupil", "grating", "channel", "band", "module")
# colours are left to the notebook, so that it is read on a light and on a dark ground
_CELL = "text-align:left;padding:1px 12px 1px 0"


def _row(title: str, cells: Iterable[object]) -> str:
    texts = "".join(f'<td style="{_CELL}">{escape(str(cell))}</td>' for cell in cells)
    return f'<tr><th style="{_CELL};vertical-align:top">{escape(title)}</th>{texts}</tr>'


def _joined(*values: object) -> str:
    return " ".join(str(value) for value in values if value is not None and value != "N/A")


def _facts(model: Contents) -> Iterator[tuple[str, str]]:
    """Yield what the header says of the exposure; what it does not say is left out."""
    meta = model.meta
    instrument, exposure = meta.instrument, meta.exposure
    counts = [
        f"{number} {word}{'s' * (number != 1)}"
        for number, word in ((exposure.nints, "integration"), (exposure.ngroups, "group"))
        if number is not None
    ]
    yield "target", _joined(meta.target.catalog_name or meta.target.proposer_name)
    yield "instrument", _joined(instrument.name, *(getattr(instrument, n) for n in _OPTICS))
    kind = _joined(exposure.type, meta.subarray.name, exposure.readpatt)
    yield "exposure", ", ".join(part for part in (kind, *counts) if part)
    yield "date", _joined(meta.observation.date, meta.observation.time)
    steps = meta.cal_step.instance
    yield "steps", ", ".join(f"{name} {status}" for name, status in steps.items())
    yield "references", ", ".join(_references(meta.ref_file.instance))


def _references(tree: dict[str, Any]) -> Iterator[str]:
    for kind, node in tree.items():
        name = node.get("name") if isinstance(node, dict) else None
        if name is not None:
            yield f"{kind}: {name}"


def _arrays(model: Contents) -> Iterator[tuple[str, str, str, str]]:
    """Yield name, HDU, form and place of what the model holds; nothing is read for it."""
    for name, spec in model.arrays.items():
        shape = model.array_shape(name)
        if shape is None:
            continue
        place = "in memory" if name in model.loaded else "on disk"
        if not model.has_array(name):
            place = "zeros, when touched"
        yield name, spec.hdu, f"{spec.dtype} {' x '.join(map(str, shape))}", place
    for name, hdu in model.tables.items():
        if model.loaded.get(name) is not None:
            yield name, hdu, "table", "in memory"
        elif model.table_hdu(name) is not None:
            yield name, hdu, "table", "on disk"


def model_html(model: Contents) -> str:
    """
    Return a model as HTML: what it is of, what was done to it, and what it holds.

    Parameters
    ----------
    model : JwstDataModel
        Arrays on disk are not read.

    Returns
    -------
    str
        A fragment with two tables.
    """
    path = model.file.path if model.file is not None else ""
    title = f"{type(model).__name__} {model.meta.filename or os.path.basename(path)}".strip()
    facts = "".join(_row(name, [text]) for name, text in _facts(model) if text)
    arrays = "".join(_row(name, cells) for name, *cells in _arrays(model))
    tables = "".join(f"<table>{rows}</table>" for rows in (facts, arrays) if rows)
    return f"<div><strong>{escape(title)}</strong>{tables}</div>"
