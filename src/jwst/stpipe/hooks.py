"""Hooks: steps, functions and shell commands that run before or after a step."""

from __future__ import annotations

import ast
import importlib
import inspect
import logging
import re
import shlex
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from jwst.errors import HookError

if TYPE_CHECKING:
    from jwst.stpipe.step import Step

__all__ = ["Hook", "resolve"]

log = logging.getLogger("stpipe.hooks")

Hook = Callable[[Any], Any]
_CALL = re.compile(r"([A-Za-z_][\w.]*)\((.*)\)\Z", re.DOTALL)
_DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+\Z")


def resolve(spec: Any, parent: Step, *, kind: str, number: int) -> Hook:  # noqa: ANN401
    """
    Return a function of one argument for what a user wrote as a hook.

    Parameters
    ----------
    spec : object
        A step class or instance, a function, a dotted name of one of them, ``Cls(par=value)``,
        or a shell command, in which ``{0}`` becomes the exposure's file name.
    parent : Step
        The step that it is a hook of.
    kind : str
        'pre' or 'post'.
    number : int
        Its place among the hooks.

    Raises
    ------
    HookError
        When nothing can be made of it.
    """
    from jwst.stpipe.step import Step

    if isinstance(spec, str):
        spec = _named(spec)
    if isinstance(spec, str):
        return _Command(spec, kind)
    if inspect.isclass(spec) and issubclass(spec, Step):
        spec = spec(f"{parent.name}.{kind}_hook{number}", parent=parent)
    if isinstance(spec, Step):
        return spec.run
    if callable(spec):
        return spec  # type: ignore[no-any-return]
    raise HookError(f"{kind}_hooks: {spec!r} is no step, function, dotted name or shell command")


def _named(text: str) -> Any:  # noqa: ANN401
    """Return what a dotted name or a call of one means, the text itself for a shell command."""
    text = text.strip()
    call = _CALL.match(text)
    if call and _DOTTED.match(call.group(1)):
        return _lookup(call.group(1), text)(**_arguments(call.group(2), text))
    return _lookup(text, text) if _DOTTED.match(text) else text


def _lookup(path: str, text: str) -> Any:  # noqa: ANN401
    module, _, name = path.rpartition(".")
    try:
        return getattr(importlib.import_module(module), name)
    except ModuleNotFoundError as err:
        if err.name and (module == err.name or module.startswith(f"{err.name}.")):
            # a command like `script.sh` looks like a dotted name
            return text
        raise HookError(f"hook {text}: {err}") from err
    except (ImportError, AttributeError) as err:
        raise HookError(f"hook {text}: {err}") from err


def _arguments(text: str, whole: str) -> dict[str, Any]:
    """Return keyword arguments that are literals; nothing is evaluated."""
    try:
        call = ast.parse(f"f({text})", mode="eval").body
        if not isinstance(call, ast.Call) or call.args:
            raise ValueError("only name=value arguments are understood")
        return {str(k.arg): ast.literal_eval(k.value) for k in call.keywords}
    except (SyntaxError, ValueError) as err:
        raise HookError(f"hook {whole}: its arguments cannot be used ({err})") from err


class _Command:
    """A shell command; its output goes to the log, line by line."""

    def __init__(self, command: str, kind: str) -> None:
        self.command = command
        self.kind = kind
        log.info("SystemCall instance created")

    def __call__(self, data: Any) -> None:  # noqa: ANN401
        import subprocess

        name = data if isinstance(data, str) else getattr(data.meta, "filename", None)
        command = self.command.replace("{0}", shlex.quote(str(name)))
        log.info("Spawning %r", command)
        with subprocess.Popen(
            command,
            shell=True,  # the user wrote a shell command; file names in it are quoted
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as process:
            for line in process.stdout or ():
                log.info(line.rstrip())
        if process.returncode:
            raise HookError(
                f"{self.kind}_hooks: {command!r} ended with exit code {process.returncode}"
            )
