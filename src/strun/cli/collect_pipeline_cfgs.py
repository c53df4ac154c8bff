"""The command ``collect_pipeline_cfgs``: write a cfg file for each step."""

from __future__ import annotations

import os

import click

from strun.errors import OutputError
from strun.parameters import config
from strun.steps import registry
from strun.streams import put_work_first


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("folder", metavar="DIR")
@click.option("--force", is_flag=True, help="Replace cfg files that are there.")
def collect_pipeline_cfgs(folder: str, *, force: bool) -> None:
    """Write one cfg file per step to DIR; every parameter is in it, as a comment."""
    put_work_first()
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as err:
        raise OutputError(
            f"{folder}: the folder cannot be made: {err.strerror}; choose another"
        ) from err
    for alias, path in registry.ALIASES.items():
        target = os.path.join(folder, f"{alias}.cfg")
        if os.path.lexists(target) and not force:
            click.echo(f"{target} is kept (--force replaces it)")
            continue
        parameters = registry.find_class(path).parameters
        config.publish_lines(target, config.lines(alias, path, parameters, {}))
        click.echo(f"{target} written")
