"""The picture of a product, drawn when its run is over."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from strun.errors import OutputError, StepError, StrunError
from strun.logs import get_logger

if TYPE_CHECKING:
    from strun.steps.run_files import RunFile

__all__ = ["check_drawing", "draw_product"]

log = get_logger("stpipe.step")


def check_drawing() -> None:
    """Raise StepError when pictures cannot be drawn after the run: matplotlib is missing."""
    from importlib.util import find_spec

    if find_spec("matplotlib") is None:
        raise StepError(
            "--quicklook: matplotlib is not installed, and pictures need it; pip install "
            "'strun[plot]'"
        )


def draw_product(product: str, source: str, kept: Iterable[RunFile] = ()) -> str:
    """
    Draw a product, and what was changed of its source, beside it; return the path of the picture.

    Raises
    ------
    StrunError
        When it cannot be drawn, or would replace one of the files that are kept; the product stays.
    """
    from strun.steps.run_files import taken

    path = f"{os.path.splitext(product)[0]}.png"
    other = taken(path, kept)
    if other is not None:
        raise OutputError(f"{path}: the picture would take the place of {other.what}")
    try:
        _draw(product, source, path)
    except StrunError:
        raise
    except Exception as err:
        why = f"{type(err).__name__}: {err}"
        raise StepError(
            f"{path}: the picture cannot be drawn: {why}; the product is there"
        ) from err
    log.info("Drawn in %s", path)
    return path


def _draw(product: str, source: str, path: str) -> None:
    from strun.quicklook import draw, save
    from strun.quicklook.source import opened

    linear = opened(product).meta.cal_step.linearity == "COMPLETE"
    before = source if linear and opened(source).meta.cal_step.linearity != "COMPLETE" else None
    save(draw(product, before), path)
