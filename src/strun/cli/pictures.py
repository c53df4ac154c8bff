"""The picture of a product, drawn when its run is over."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from strun.errors import OutputError, StepError, StrunError
from strun.logs import get_logger

if TYPE_CHECKING:
    from strun.effects.effect import Effect
    from strun.steps.run_files import RunFile
    from strun.steps.step import Step

log = get_logger("stpipe.step")


def check_drawing() -> None:
    """Raise StepError when pictures cannot be drawn after the run: matplotlib is missing."""
    from importlib.util import find_spec

    if find_spec("matplotlib") is None:
        raise StepError(
            "--quicklook: matplotlib is not installed, and pictures need it; pip install "
            "'strun[plot]'"
        )


def own_steps(step: type[Step]) -> list[type[Step]]:
    """Return the steps of a run that are not of this package: a product does not name them."""
    parts = getattr(step, "step_defs", None) or {step: step}
    return [each for each in parts.values() if not each.__module__.startswith("jwst.")]


def draw_product(
    product: str,
    source: str,
    kept: Iterable[RunFile] = (),
    *,
    effects: Mapping[str, Effect] | None = None,
    steps: Iterable[type[Step]] = (),
) -> str:
    """
    Draw a product, and what was changed of its source, beside it; return the path of the picture.

    Parameters
    ----------
    product, source : str
        What a run has made, and of what.
    kept : iterable of RunFile, optional
        Files that must not be replaced.
    effects : mapping, optional
        What the steps of the run did.
    steps : iterable of type, optional
        Those that have run and are not of this package.

    Raises
    ------
    StrunError
        When it cannot be drawn, or would replace one of the files that are kept; the product stays.
    """
    from strun.quicklook import draw, save
    from strun.steps.run_files import taken

    path = f"{os.path.splitext(product)[0]}.png"
    other = taken(path, kept)
    if other is not None:
        raise OutputError(f"{path}: the picture would take the place of {other.what}")
    numbers = {name: effect.numbers for name, effect in (effects or {}).items()}
    try:
        save(draw(product, source, numbers=numbers, steps=steps), path)
    except StrunError:
        raise
    except Exception as err:
        why = f"{type(err).__name__}: {err}"
        raise StepError(
            f"{path}: the picture cannot be drawn: {why}; the product is there"
        ) from err
    log.info("Drawn in %s", path)
    return path
