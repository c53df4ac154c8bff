"""The command ``quicklook``: draw a product."""

from __future__ import annotations

import os

import click

from strun.streams import put_work_first


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
