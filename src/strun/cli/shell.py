"""How a command ends: exit codes, one line for an error, no traces of an interruption."""

from __future__ import annotations

import sys

import click

from strun.cli.signals import ENDINGS, Terminated, raising
from strun.errors import StrunError, readable, shortened, shown_in_shell, words_of


def say(text: str, *, err: bool = False) -> None:
    """Print one line."""
    # names may hold what the terminal's encoding cannot show
    encoding = getattr(sys.stderr if err else sys.stdout, "encoding", None) or "ascii"
    click.echo(readable(text).encode(encoding, "backslashreplace").decode(encoding), err=err)


def say_error(name: str, text: str) -> None:
    """Print one line about an error."""
    say(f"{name}: error: {shortened(readable(' '.join(text.split())))}", err=True)


def _wants_traceback() -> bool:
    # also its first letters that no other option begins with
    return any("--debug".startswith(word) and len(word) > 3 for word in sys.argv[1:])


@shown_in_shell()
def run_command(command: click.Command, name: str) -> int:
    """
    Run a command on the arguments of the process and return its exit code.

    It is 0 good, 1 failed, 2 wrong call, 130 interrupted, 143 terminated.
    """
    try:
        with raising():
            result = command.main(prog_name=name, standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.UsageError as err:
        if type(err).__name__ == "NoArgsIsHelpError":  # click 8.2 and later
            click.echo(err.format_message(), err=True)
            return 2
        hint = f"; try {err.ctx.command_path} -h" if err.ctx else ""
        say_error(name, f"{err.format_message().rstrip('.')}{hint}")
        return 2
    except (StrunError, MemoryError) as err:
        if _wants_traceback():
            raise
        say_error(name, str(err) or "not enough memory")
        return err.exit_code if isinstance(err, StrunError) else 1
    except (click.Abort, KeyboardInterrupt):
        say_error(name, "interrupted")
        return 130
    except Terminated as err:
        say_error(name, ENDINGS[err.number])
        return 128 + err.number
    except Exception as err:
        if _wants_traceback():
            raise
        say_error(name, f"{words_of(err)} (--debug shows where)")
        return 1
