"""The command ``strun diff``: compare two products."""

from __future__ import annotations

import click

from strun.diff import DATES_AND_NAMES
from strun.errors import StrunError

_TROUBLE = 2


def _words(values: tuple[str, ...]) -> list[str]:
    return [word for value in values for word in value.replace(",", " ").split()]


@click.command(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 96},
    short_help="Compare two products.",
)
@click.argument("a", metavar="A", type=click.Path())
@click.argument("b", metavar="B", type=click.Path())
@click.option(
    "--ignore",
    multiple=True,
    metavar="KEYWORDS",
    help="More keywords to leave out, with commas between; * and ? stand for any letters.",
)
@click.option("--ignore-hdu", multiple=True, metavar="NAMES", help="HDUs to leave out, likewise.")
@click.option("--exact", is_flag=True, help=f"Look at {', '.join(DATES_AND_NAMES)} too.")
@click.option(
    "--ulp",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Take floats as equal that are at most so many representable numbers apart.",
)
@click.option("--quiet", "-q", is_flag=True, help="Print nothing; the exit code tells.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def diff(
    a: str,
    b: str,
    *,
    ignore: tuple[str, ...],
    ignore_hdu: tuple[str, ...],
    exact: bool,
    ulp: int,
    quiet: bool,
    as_json: bool,
) -> int:
    """
    Compare two products, A and B: HDUs, keywords, every bit of the arrays.

    Floats are told apart by ULP (representable numbers between them) and region, flags by name,
    tables by column. Files of any size are compared in a few MB of memory. The exit code is 0
    when they are the same, 1 when they differ and 2 when they cannot be compared.
    """
    from strun.diff.files import compare_files

    keywords = [*(() if exact else DATES_AND_NAMES), *_words(ignore)]
    try:
        found = compare_files(a, b, ignore=keywords, ignore_hdus=_words(ignore_hdu), ulp=ulp)
    except StrunError as err:
        click.echo(f"strun diff: error: {err}", err=True)
        return _TROUBLE
    if as_json:
        import json
        from dataclasses import asdict

        click.echo(json.dumps({"same": found.same, **asdict(found)}, indent=1))
    elif not quiet:
        from strun.diff.report import report

        for line in report(found):
            click.echo(line)
    return 0 if found.same else 1
