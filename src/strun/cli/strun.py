"""The command ``strun``: run a step on exposures."""

from __future__ import annotations

import gc
import os
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import click

from strun.cli.batch import inputs_of, is_batch, log_of_batch, options_of, run_batch, with_workers
from strun.cli.cmdline import SETTINGS, StepGroup, log_target
from strun.cli.invocation import Invocation, files_of
from strun.cli.options import GLOBAL, global_options
from strun.errors import StepError
from strun.installation import version_line
from strun.logs import Target, applied, names_of
from strun.steps import registry
from strun.steps.run_files import RunFile
from strun.streams import put_work_first

if TYPE_CHECKING:
    from strun.steps.step import Step


def _print_version(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        from strun import __version__

        click.echo(version_line(__version__))
        ctx.exit()


def _print_list(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        from strun.cli.help_text import summary

        width = max(map(len, registry.ALIASES))
        for alias, path in registry.ALIASES.items():
            click.echo(f"{alias:<{width}} {path}")
            click.echo(f"{'':<{width}} {summary(registry.find_class(path))}")
        ctx.exit()


def _flag(name: str, callback: object, text: str) -> click.Option:
    return click.Option(
        [name], is_flag=True, is_eager=True, expose_value=False, callback=callback, help=text
    )


_OTHER_COMMANDS = {
    "diff": "Compare two products",
    "help": "Tell about a topic, as `strun help batches`",
}
_OF_EVERY_STEP = frozenset(option.name for option in GLOBAL)


class _Group(StepGroup):
    """Steps, and the other commands beside them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the aliases of the steps, and the other commands."""
        return [*super().list_commands(ctx), *_OTHER_COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        """Return the command of a step, or another one."""
        if cmd_name == "diff":
            from strun.cli.diff import diff

            return diff
        if cmd_name == "help":
            from strun.cli.help_text import show_help

            return show_help
        return super().get_command(ctx, cmd_name)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the steps, the other commands, and the options that no step has."""
        from strun.cli.help_text import topics, write_steps

        write_steps(formatter)
        with formatter.section("Other commands"):
            formatter.write_dl(list(_OTHER_COMMANDS.items()))
        with formatter.section("Options"):
            formatter.write_dl(
                [
                    record
                    for option in self.get_params(ctx)
                    if option.name not in _OF_EVERY_STEP and (record := option.get_help_record(ctx))
                ]
            )
        formatter.write_paragraph()
        formatter.write_text(
            "`strun STEP -h` shows the options of a step, and those that every step has. `strun "
            f"help TOPIC` tells more: TOPIC is {' '.join(topics())}."
        )


@click.group(
    cls=_Group,
    context_settings=SETTINGS,
    subcommand_metavar="STEP [OPTIONS] INPUT...",
    invoke_without_command=True,
    no_args_is_help=True,
    params=[
        *global_options(),
        click.Option(
            ["--again"], metavar="PRODUCT", help="Make a product again from its record; compare."
        ),
        click.Option(["--input_dir"], metavar="DIR", help="With --again: the folder of the input."),
        click.Option(
            ["--with-hooks"], is_flag=True, help="With --again: run the hooks that the record has."
        ),
        _flag("--version", _print_version, "Show the version and where it is installed."),
        _flag("--list", _print_list, "List the steps."),
    ],
)
@click.pass_context
def strun(
    ctx: click.Context,
    /,
    again: str | None,
    input_dir: str | None,
    with_hooks: bool,
    **options: Any,  # noqa: ANN401
) -> int:
    """
    Run a calibration step, or a pipeline of them, on JWST exposures.

    STEP is a name of those below, a class path (jwst.dq_init.DQInitStep, or a step of your own:
    mypkg.MyStep) or a cfg file.
    """
    if ctx.invoked_subcommand is not None:
        return 0
    if again is None:
        raise click.UsageError("Missing STEP: expected an alias, a class path or a cfg file", ctx)
    from strun.cli.again import make_again

    with applied(_log_target(options | {"log_level": options["log_level"] or "WARNING"})):
        places = (input_dir, options["refs"], os.environ.get("STRUN_REFS"))
        folders = [place for place in places if place]
        return make_again(again, folders=folders, with_hooks=with_hooks)


@strun.result_callback()
def _run(asked: Invocation | int, **_: object) -> int:
    """Run what the command line asks for and return the exit code."""
    if isinstance(asked, int):
        return asked
    from strun.log_handlers import note_error

    target = _log_target(asked.options, several=is_batch(asked))
    kept = files_of(asked, target)
    with applied(target, *names_of(asked.step)):
        try:
            return _do(asked, target, kept)
        except SystemExit as err:
            text = f"the code of a step or hook has ended Python: SystemExit: {err}"
            note_error(text)
            raise StepError(text) from err
        except Exception as err:
            note_error(str(err) or type(err).__name__)
            raise


def _do(asked: Invocation, target: Target, kept: tuple[RunFile, ...]) -> int:
    options, several = asked.options, is_batch(asked)
    step = asked.configured(kept)
    if options["save_parameters"]:
        step.export_config(options["save_parameters"], include_metadata=True)
        if not asked.inputs:
            return 0
    _check_inputs(asked, step)
    if os.environ.get("CRDS_SERVER_URL"):
        from strun.cli.bar import show_downloads

        show_downloads(quiet=options["quiet"])
    if options["dry_run"] and not options["pack_refs"]:
        return _dry_run(asked)
    put_work_first()
    if options["pack_refs"]:
        from strun.cli.pack import pack_references

        pack_references(asked.configured, inputs_of(asked), options["pack_refs"])
        return 0
    if options["quicklook"]:
        from strun.cli.quicklook import check_drawing

        check_drawing()
    # numpy starts faster; strun has threads of its own
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from strun.engine.workers import keep_freed_memory

    keep_freed_memory()
    if several or not step.streams:
        # one exposure block by block leaves no garbage; many, or code of others, may
        gc.freeze()
        gc.enable()
    return run_batch(asked, step, target) if several else _run_one(asked, step)


def _log_target(options: dict[str, Any], *, several: bool = False) -> Target:
    """Return where the log goes; on the terminal, less of it than in a file."""
    target = log_target(options)
    if options["quiet"]:
        return target._replace(terminal="ERROR")
    if options["dry_run"] and not (options["log_level"] or options["verbose"]):
        return target._replace(terminal="WARNING")
    return log_of_batch(target, options) if several else target


def _check_inputs(asked: Invocation, step: Step) -> None:
    if not asked.inputs and step.streams:
        raise click.UsageError(
            "Missing argument INPUT: expected the path of an exposure behind the step"
        )
    second = next((w for w in asked.inputs if w in registry.ALIASES and not os.path.exists(w)), "")
    if second:
        raise click.UsageError(
            f"{second} is no file but a second step; run one step at a time, or write a pipeline"
        )


def _dry_run(asked: Invocation) -> int:
    from strun.cli.dry_run import show_plan, show_resume
    from strun.engine import workers

    if asked.options["resume"]:
        step = asked.configured()
        return show_resume(step, inputs_of(asked), options_of(asked, step))
    # those of a batch leave the other cores to each other
    with workers.one_worker() if with_workers(asked) else nullcontext():
        for path in inputs_of(asked):
            step = asked.configured()
            saved, every = step.saves_from_shell, bool(asked.options["verbose"])
            show_plan(step, path, saved=saved, every=every)
    return 0


def _run_one(asked: Invocation, step: Step) -> int:
    from strun.steps.running import run_in_memory, run_on_file

    if not asked.inputs:
        run_in_memory(step)
        return 0
    (path,) = asked.inputs
    save = step.saves_from_shell
    outcome = run_on_file(step, path, save=save)
    if asked.options["quicklook"] and outcome.product is not None:
        from strun.cli.quicklook import draw_product

        source, kept = step.locate_input(path), step.run_options.kept
        draw_product(outcome.product, source, type(step), kept, outcome.effects)
    return 0
