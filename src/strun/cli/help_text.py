"""Help as text: steps in their order, options in groups, and ``strun help`` on topics."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from strun.cli.options import ALL, Group, ParameterOption, group_of, is_of_every_step
from strun.errors import StepNotFoundError
from strun.steps import registry

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from strun.steps.pipeline import Pipeline
    from strun.steps.step import Step

_COLUMN = 28
# of the topics
_FOLDER = os.path.join(os.path.dirname(__file__), "help")


def summary(step: type[Step]) -> str:
    """Return what a step does in one sentence, the first of its documentation."""
    return " ".join((step.__doc__ or "").split(".")[0].split())


def write_paragraphs(text: str, formatter: click.HelpFormatter) -> None:
    """Write what a step does: its documentation up to its list of parameters."""
    from inspect import cleandoc

    with formatter.indentation():
        for paragraph in cleandoc(text).split("\n\nParameters\n---")[0].split("\n\n"):
            formatter.write_paragraph()
            formatter.write_text(" ".join(paragraph.split()))


def steps_and_pipelines() -> dict[str, list[tuple[str, str]]]:
    """Return the names of pipelines and of steps with what they do, by a title."""
    lines = [(name, summary(registry.find_class(name))) for name in registry.ALIASES]
    pipelines = [line for line in lines if registry.is_pipeline(line[0])]
    steps = [line for line in lines if line not in pipelines]
    return {"Pipelines": pipelines, "Steps, in the order of a run": steps}


def write_steps(formatter: click.HelpFormatter) -> None:
    """Write a line for each pipeline and each step."""
    for title, rows in steps_and_pipelines().items():
        with formatter.section(title):
            formatter.write_dl(rows)


def write_pipeline(name: str, pipeline: type[Pipeline], formatter: click.HelpFormatter) -> None:
    """Write the steps of a pipeline, their orders, and how their parameters are given."""
    steps = pipeline.step_defs
    off = {key for key, step in steps.items() if step.parameters["skip"].default}
    with formatter.section("Steps" + (" (* is left out unless skip=false)" if off else "")):
        formatter.write_dl(
            [(f"{key} *" if key in off else key, summary(step)) for key, step in steps.items()],
            col_max=_COLUMN,
        )
    for instruments, order in pipeline.orders.items():
        formatter.write_paragraph()
        formatter.write_text(f"Order for {instruments}: {', '.join(order)}.")
    formatter.write_paragraph()
    formatter.write_text(
        f"--steps.NAME.PARAMETER gives a parameter of a step, as --steps.{next(iter(steps))}.skip. "
        f"`strun NAME -h` shows those of a step, `strun {name} -h {ALL}` those of all."
    )


def grouped(
    ctx: click.Context, options: Iterable[click.Parameter]
) -> dict[str, list[tuple[str, str]]]:
    """
    Return options with their help, by the title of their group.

    Parameters of the steps of a pipeline have a group for each step, and are left out unless `ALL`
    asks for them.
    """
    groups: dict[str, list[tuple[str, str]]] = {group.value: [] for group in Group}
    # what is the step's own comes before what all steps have
    for option in sorted(options, key=is_of_every_step):
        record = option.get_help_record(ctx)
        if record is None or not isinstance(option, click.Option):
            continue
        flags, text = record
        name = option.parameter.name if isinstance(option, ParameterOption) else ""
        if not name.startswith("steps."):
            groups[group_of(option).value].append((flags, text.rstrip(".")))
        elif ALL in ctx.meta:
            groups.setdefault(f"Step {name.split('.')[1]}", []).append((flags, text))
    return {title: records for title, records in groups.items() if records}


def write_options(
    ctx: click.Context, formatter: click.HelpFormatter, options: Iterable[click.Parameter]
) -> None:
    """Write options in groups, their help in one column."""
    groups = grouped(ctx, options)
    longest = max(len(flags) for records in groups.values() for flags, _ in records)
    width = min(_COLUMN, longest)
    for title, records in groups.items():
        with formatter.section(title):
            formatter.write_dl(
                [(f"{flags:<{width}}", text) for flags, text in records], col_max=_COLUMN
            )


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
