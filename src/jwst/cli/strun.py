"""The command ``strun``: run a step on exposures."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from jwst.cli.options import global_options, join_booleans, said, step_options
from jwst.cli.shell import run_command
from jwst.stpipe import config, registry

if TYPE_CHECKING:
    from jwst.stpipe.step import Step

__all__ = ["main", "strun"]

_SETTINGS = {
    "help_option_names": ["-h", "--help"],
    "token_normalize_func": lambda word: word.replace("-", "_"),
    "max_content_width": 96,
}


class StepCommand(click.Command):
    """The command of one step: its options come from the step's parameters."""

    def __init__(self, name: str, step: type[Step], found: config.Config | None) -> None:
        doc = (step.__doc__ or "").strip().split("\n\n")[0]
        super().__init__(
            name,
            callback=self.run,
            params=[
                click.Argument(["inputs"], nargs=-1, required=True, metavar="INPUT..."),
                *step_options(step.parameters),
                *global_options(),
            ],
            help=" ".join(doc.split()),
            context_settings=_SETTINGS,
        )
        self.step = step
        self.found = found

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the words behind the step."""
        return super().parse_args(ctx, join_booleans(args, self.step.parameters))

    def configured(self, options: dict[str, Any]) -> Step:
        """Return the step with the parameters of the cfg file and the command line."""
        from_file = self.found.parameters if self.found else {}
        sources: list[tuple[str, dict[str, Any]]] = [("cfg", from_file)]
        if self.found is not None and self.found.steps:
            sources.append(("cfg", {"steps": self.found.steps}))
        sources.append(("command line", said(options, self.step.parameters)))
        path = self.found.path if self.found else None
        step = self.step.configured(*sources, config_file=path)
        step.allow_mismatch = bool(options["allow_mismatch"])
        return step

    def run(self, inputs: tuple[str, ...], **options: Any) -> None:  # noqa: ANN401
        """Run the step on each input."""
        above = click.get_current_context().find_root().params
        options.update({n: v for n, v in above.items() if v and not options.get(n)})
        _configure_logs(options)
        step = self.configured(options)
        if options["save_parameters"]:
            step.export_config(options["save_parameters"])
        # one thread: numpy starts faster, and forking is safe
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        from jwst.stpipe.running import run_on_file

        save = step.save_results if "save_results" in step.origins else True
        for path in inputs:
            one = step if len(inputs) == 1 else self.configured(options)
            run_on_file(one, path, save=save, durable=options["durable"], may_fork=True)


def _configure_logs(options: dict[str, Any]) -> None:
    from jwst.stpipe.logs import configure

    level = options["log_level"] or ("DEBUG" if options["verbose"] else "INFO")
    configure(
        level,
        log_file=options["log_file"],
        log_stream=options["log_stream"] or "stderr",
        logcfg=options["logcfg"],
    )


def _print_version(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        import jwst

        where = os.path.dirname(os.path.abspath(jwst.__file__))
        click.echo(f"strun {jwst.__version__} (import package jwst in {where})")
        ctx.exit()


def _print_list(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        for alias, path in registry.ALIASES.items():
            step = registry.find_class(path)
            click.echo(f"{alias:<12} {path}")
            click.echo(f"{'':<12} {' '.join((step.__doc__ or '').split('.')[0].split())}")
        ctx.exit()


class StepGroup(click.Group):
    """Finds the command of a step when its name is known: alias, class path or cfg file."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the aliases of the steps."""
        return list(registry.ALIASES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        """Return the command of a step."""
        step, found = registry.find(cmd_name)
        return StepCommand(cmd_name, step, found)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the step; names are taken as typed, only options are normalised."""
        return args[0], self.get_command(ctx, args[0]), args[1:]


@click.group(
    cls=StepGroup,
    context_settings=_SETTINGS,
    subcommand_metavar="STEP [OPTIONS] INPUT...",
    params=[
        *global_options(),
        click.Option(
            ["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_print_version,
            help="Show the version and where it is installed.",
        ),
        click.Option(
            ["--list"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_print_list,
            help="List the steps.",
        ),
    ],
)
def strun(**_: object) -> None:
    """
    Run a calibration step on JWST exposures.

    STEP is an alias, a class path (jwst.dq_init.DQInitStep, or a step of your own: mypkg.MyStep)
    or a cfg file. `strun STEP -h` shows its options.
    """


def main() -> None:
    """Run the command and exit."""
    sys.exit(run_command(strun, "strun"))
