"""The words of a command line as a step, its parameters and its inputs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, cast

import click

from strun.cli.invocation import Invocation, files_of
from strun.cli.options import (
    ALL,
    COMMAND_ONLY,
    GLOBAL,
    ParameterOption,
    completed,
    global_options,
    normalized,
    step_options,
)
from strun.cli.spelling import spelled_out
from strun.errors import ConfigError, StrunError
from strun.logs import Target, applied, names_of
from strun.parameters import config
from strun.parameters.spec import OVERRIDE
from strun.steps import registry

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from strun.steps.pipeline import Pipeline
    from strun.steps.step import Step


def _columns() -> int:
    """Return the width of help; click would import a module of archives to know the terminal's."""
    try:
        return min(os.get_terminal_size().columns, 80)
    except OSError:
        return 80


SETTINGS: dict[str, Any] = {
    "help_option_names": ["-h", "--help"],
    "token_normalize_func": normalized,
    "terminal_width": _columns(),
}


def _spelled_out(
    ctx: click.Context,
    args: list[str],
    options: list[click.Parameter],
    *,
    before_step: bool = False,
) -> list[str]:
    try:
        return spelled_out(args, options, before_step=before_step)
    except click.UsageError as err:
        # a shell that completes a line wants no message
        if ctx.resilient_parsing:
            return args
        err.ctx = ctx
        raise


def _is_of_part(name: str) -> bool:
    return name.startswith("steps.")


class StepCommand(click.Command):
    """
    The command of one step, by the word that named it; its options come from its parameters.

    `found` is the cfg file that the word was.
    """

    def __init__(self, name: str, step: type[Step], found: config.Config | None) -> None:
        self.step = step
        self.found = found
        super().__init__(
            name,
            callback=self.invocation,
            params=[
                click.Argument(["inputs"], nargs=-1, metavar="INPUT...", shell_complete=completed),
                *step_options({n: p for n, p in step.parameters.items() if not _is_of_part(n)}),
                *global_options(),
            ],
            help=step.__doc__ or "",
            context_settings=SETTINGS,
        )

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the words behind the step; `ALL` has a meaning with -h alone."""
        if ALL in args:
            if set(SETTINGS["help_option_names"]).isdisjoint(args):
                raise click.UsageError(f"{ALL} goes with -h: it lists all parameters", ctx)
            ctx.meta[ALL] = True
            args = [word for word in args if word != ALL]
        self.params += self._options_of_parts(ctx, args)
        return super().parse_args(ctx, _spelled_out(ctx, args, self.params))

    def _options_of_parts(self, ctx: click.Context, args: list[str]) -> list[ParameterOption]:
        """Return options of a pipeline's steps: of hundreds the few that are typed, when whole."""
        typed = {normalized(word[2:].partition("=")[0]) for word in args if word.startswith("--")}
        known = {*self.step.parameters, *(option.name for option in GLOBAL)}
        every = ctx.resilient_parsing or ALL in ctx.meta or not typed <= known
        parameters = self.step.parameters.items()
        return step_options(
            {n: p for n, p in parameters if _is_of_part(n) and (every or n in typed)}
        )

    def invocation(self, inputs: tuple[str, ...], **values: Any) -> Invocation:  # noqa: ANN401
        """Return what was asked for."""
        options = [option for option in self.params if isinstance(option, ParameterOption)]
        typed = {option.parameter.name: option.given(values) for option in options}
        said = {name: value for name, value in typed.items() if value is not None}
        above = click.get_current_context().find_root().params
        shared = {n: v for n, v in values.items() if not n.startswith("parameter_")}
        shared = {n: above.get(n) if v in (None, False) else v for n, v in shared.items()}
        for name, value in (*said.items(), *shared.items()):
            # as of a shell's variable that is not set
            if value == "" and name != "input_dir":
                flag = "--" + (name if name in said else name.replace("_", "-"))
                last = ", N/A skips the step" if OVERRIDE in flag else ""
                raise click.UsageError(
                    f"Option '{flag}' has an empty value; leave it away or fill it{last}"
                )
        return Invocation(self.step, self.found, said, inputs, shared)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the step does, and of a pipeline its steps."""
        from strun.cli.help_text import write_paragraphs, write_pipeline

        write_paragraphs(self.help or "", formatter)
        if getattr(self.step, "step_defs", None):
            write_pipeline(self.name or "", cast("type[Pipeline]", self.step), formatter)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options in groups."""
        from strun.cli.help_text import write_options

        write_options(ctx, formatter, self.get_params(ctx))


class StepGroup(click.Group):
    """Finds the command of a step when its name is known: alias, class path or cfg file."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the aliases of the steps."""
        return list(registry.ALIASES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        """Return the command of a step."""
        step, found = registry.find(cmd_name)
        return StepCommand(cmd_name, step, found)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the words before the step."""
        return super().parse_args(ctx, _spelled_out(ctx, args, self.params, before_step=True))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the commands and options that a word may become, and other names of steps."""
        import glob

        from click.shell_completion import CompletionItem

        # class paths once a part of one is typed, and the cfg files of this folder
        paths = registry.ALIASES.values() if incomplete else ()
        names = [path for path in paths if path.startswith(incomplete)]
        if os.sep not in incomplete:
            names += sorted(glob.glob(f"{glob.escape(incomplete)}*.cfg"))
        found = [*super().shell_complete(ctx, incomplete), *map(CompletionItem, names)]
        return found or [CompletionItem(incomplete, type="file")]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the step; names are taken as typed, only options are normalised."""
        try:
            return args[0], self.get_command(ctx, args[0]), args[1:]
        except StrunError:
            # a shell that completes a line wants no message
            if not ctx.resilient_parsing:
                raise
            return args[0], None, args[1:]


def log_target(options: dict[str, Any]) -> Target:
    """Return where the log goes, as the global options say."""
    from strun.parameters.log_settings import configure

    return configure(
        options["log_level"] or ("DEBUG" if options["verbose"] else None),
        log_file=options["log_file"],
        log_stream=options["log_stream"],
        logcfg=options["logcfg"],
    )


def from_cmdline(args: list[str]) -> Step:
    """
    Run a step in memory on the words behind ``strun``, and return it.

    All inputs are arguments of one call of `process`. Raises ConfigError when the words make no
    sense; other errors are those of the run.
    """
    from strun.steps.running import run_in_memory

    if not args:
        raise ConfigError("the command line is empty; expected a step and its input")
    group = StepGroup("strun", params=[*global_options()], context_settings=SETTINGS)
    try:
        asked: Invocation = group.main(list(args), prog_name="strun", standalone_mode=False)
    except click.ClickException as err:
        raise ConfigError(err.format_message()) from err
    options = asked.options
    other = next((each.flag for each in COMMAND_ONLY if options[each.name]), None)
    if other is not None:
        raise ConfigError(f"{other}: is an option of the command strun, not of a call in Python")
    target = log_target(options)
    kept = files_of(asked, target)
    with applied(target, *names_of(asked.step)):
        step = asked.configured(kept)
        if options["save_parameters"]:
            step.export_config(options["save_parameters"], include_metadata=True)
        save = step.saves_from_shell if asked.inputs else None
        run_in_memory(step, *asked.inputs, save=save)
    return step
