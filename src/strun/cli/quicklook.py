"""The command ``quicklook``, and pictures of products whose run is over."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import click

from strun.errors import OutputError, StepError, StrunError
from strun.logs import get_logger
from strun.streams import put_work_first

if TYPE_CHECKING:
    from strun.effects.effect import Effect
    from strun.steps.run_files import RunFile
    from strun.steps.step import Step

log = get_logger("stpipe.step")


def _pixel(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[int, int] | None:
    """Return column and row."""
    if value is None:
        return None
    try:
        x, y = (int(word) for word in value.split(","))
    except ValueError as err:
        text = f"{value!r}: expected column and row with a comma, as 512,300"
        raise click.BadParameter(text, ctx, param) from err
    return x, y


@click.command(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 96},
    short_help="Draw a product.",
)
@click.argument("product", type=click.Path())
@click.option(
    "--input",
    "before",
    metavar="FILE",
    type=click.Path(),
    help="The input of the step or pipeline, to compare; of count rates, their ramps.",
)
@click.option(
    "--pixel",
    metavar="X,Y",
    callback=_pixel,
    help="Column and row, from 0, whose ramp is drawn.  [default: one that says much]",
)
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(),
    help="The picture: png, pdf or svg.  [default: the product with .png]",
)
def quicklook(
    product: str, *, before: str | None, pixel: tuple[int, int] | None, out: str | None
) -> None:
    """
    Draw PRODUCT: its last group or count rates, its flags by name, and what its steps did.

    Any exposure can be drawn, corrected or not, of any instrument and size; only the rows that
    are needed are read. Needs matplotlib: pip install 'strun[plot]'.
    """
    from strun.quicklook import draw, save

    put_work_first()
    target = out or f"{os.path.splitext(product)[0]}.png"
    click.echo(f"{save(draw(product, before, pixel=pixel), target)} written")


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
    step: type[Step],
    kept: Iterable[RunFile],
    effects: Mapping[str, Effect],
) -> None:
    """
    Draw a product of a step, and what was changed of its source, beside it.

    `effects` are what the steps of the run did. A file that is kept is not replaced, and the
    product stays when it cannot be drawn.
    """
    from strun.quicklook import draw, save
    from strun.steps.run_files import taken

    path = f"{os.path.splitext(product)[0]}.png"
    other = taken(path, kept)
    if other is not None:
        raise OutputError(f"{path}: the picture would take the place of {other.what}")
    numbers = {name: effect.numbers for name, effect in effects.items()}
    try:
        save(draw(product, source, numbers=numbers, steps=own_steps(step)), path)
    except StrunError:
        raise
    except Exception as err:
        why = f"{type(err).__name__}: {err}"
        raise StepError(
            f"{path}: the picture cannot be drawn: {why}; the product is there"
        ) from err
    log.info("Drawn in %s", path)
