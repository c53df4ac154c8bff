"""The command ``strun help``: short texts about topics, which name their pages."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from strun.errors import StepNotFoundError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_FOLDER = os.path.join(os.path.dirname(__file__), "help")


def topics() -> list[str]:
    """Return the names of the topics."""
    names = (os.path.splitext(name) for name in os.listdir(_FOLDER))
    return sorted(topic for topic, extension in names if extension == ".md")


def text_of(topic: str) -> str:
    """Return what is told about a topic: Markdown that can be read as it is."""
    with open(os.path.join(_FOLDER, f"{topic}.md"), encoding="utf-8") as stream:
        return stream.read()


def _completed(_: click.Context, __: click.Parameter, typed: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    return [CompletionItem(name) for name in topics() if name.startswith(typed)]


@click.command(
    "help",
    context_settings={"help_option_names": ["-h", "--help"]},
    short_help="Tell about a topic.",
)
@click.argument("topic", required=False, shell_complete=_completed)
@click.pass_context
def show_help(ctx: click.Context, topic: str | None) -> int:
    """Tell about TOPIC, or list the topics; of a step, show its options."""
    if topic in topics():
        click.echo(text_of(topic).rstrip())
    elif topic is None:
        click.echo("Topics of `strun help TOPIC`:\n")
        for name in topics():
            click.echo(f"  {name:<12} {text_of(name).partition(chr(10))[0].lstrip('# ')}")
    else:
        click.echo(_help_of_step(ctx, topic))
    return 0


def _help_of_step(ctx: click.Context, name: str) -> str:
    group = ctx.parent.command if ctx.parent is not None else None
    assert isinstance(group, click.Group)
    try:
        command = group.get_command(ctx, name)
    except StepNotFoundError as err:
        raise click.UsageError(
            f"{name} is neither a topic nor a step; topics are {', '.join(topics())}"
        ) from err
    assert command is not None
    with click.Context(command, parent=ctx.parent, info_name=name, terminal_width=80) as own:
        return command.get_help(own)
