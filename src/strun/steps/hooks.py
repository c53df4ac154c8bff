"""Hooks: steps, functions and shell commands that run before or after a step."""

from __future__ import annotations

import ast
import importlib
import os
import re
from collections.abc import Callable
from typing import Any, cast

from strun.class_path import make_importable
from strun.errors import HookError
from strun.logs import get_logger
from strun.steps.run_options import Runnable
from strun.steps.saving import ProductSaver
from strun.steps.shell_hooks import SystemCall

log = get_logger("stpipe.hooks")

Hook = Callable[..., Any]
_DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+\Z")
_DEEPEST = 20
_CALL = re.compile(r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)\((.*)\)\Z", re.DOTALL)


def resolve_all(step: ProductSaver, kind: str) -> list[Hook]:
    """Return a step's hooks, 'pre' or 'post', as functions."""
    hooks = getattr(step, f"{kind}_hooks") or []
    return [resolve(spec, step, name=f"{kind}_hook{n}") for n, spec in enumerate(hooks)]


def resolve(spec: Any, step: ProductSaver, *, name: str) -> Hook:  # noqa: ANN401
    """
    Return a function for what a user wrote as a hook of a step, called `name` in messages.

    That is a step class or instance, a function, a dotted name of one of them, ``Cls(par=value)``,
    or a shell command, in which ``{0}`` becomes the exposure's file name. When a step is made, the
    other is its parent. HookError is raised when nothing can be made of it.
    """
    if isinstance(spec, str):
        spec = _named(spec.strip(), step)
    if isinstance(spec, str):
        return SystemCall(
            spec,
            name=f"{step.qualified_name}.{name}",
            folder=step.search_attr("output_dir"),
            extension=step.output_ext or ".fits",
        )
    if isinstance(spec, type) and issubclass(spec, Runnable):
        _refuse_loop(spec, step)
        kind = cast("type[ProductSaver]", spec)
        spec = kind(kind.class_alias or name, parent=step, output_ext=step.output_ext)
    if isinstance(spec, Runnable):
        return cast("Hook", cast("Any", spec).run)
    if not callable(spec):
        raise HookError(
            f"{name}: {spec!r} cannot be a hook; expected a step, a function, a dotted name or a "
            "shell command"
        )
    log.info("Hook %s is the function %s", name, getattr(spec, "__name__", spec))
    return spec  # type: ignore[no-any-return]


def _refuse_loop(hook: type, step: ProductSaver) -> None:
    above, depth = step.parent, 0
    while above is not None:
        above, depth = above.parent, depth + 1
    if depth > _DEEPEST:
        raise HookError(f"hook {hook.__name__}: is a hook of itself, {depth} deep; take it out")


def _named(text: str, step: ProductSaver) -> Any:  # noqa: ANN401
    """Return what a dotted name or a call of one means, the text itself for a shell command."""
    if _DOTTED.match(text):
        found = _lookup(text)
        return text if found is None and _is_command(text) else _found(found, text)
    call = _CALL.match(text)
    if call is None:
        return text
    cls = _found(_lookup(call.group(1)), text)
    arguments = _arguments(call.group(2), text)
    if isinstance(cls, type):
        arguments.setdefault("output_ext", step.output_ext)
        try:
            return cls(parent=step, **arguments)
        except TypeError as err:
            raise HookError(f"hook {text}: {err}; expected a step with parameters") from err
    raise HookError(f"hook {text}: {call.group(1)} is no class; expected a step with parameters")


def _lookup(path: str) -> Any:  # noqa: ANN401
    """Import what a dotted name says; None when there is no such module."""
    module, _, name = path.rpartition(".")
    make_importable(os.getcwd())
    try:
        return getattr(importlib.import_module(module), name)
    except ModuleNotFoundError as err:
        if err.name and (module == err.name or module.startswith(f"{err.name}.")):
            return None
        raise HookError(f"hook {path}: importing {module} failed: {err}") from err
    except AttributeError as err:
        raise HookError(f"hook {path}: {module} has no {name}; check the name") from err
    except (Exception, SystemExit) as err:
        raise HookError(
            f"hook {path}: importing {module} failed: {type(err).__name__}: {err}"
        ) from err


def _is_command(text: str) -> bool:
    import shutil

    # script.sh in the search path looks like a dotted name
    return shutil.which(text) is not None


def _found(what: Any, text: str) -> Any:  # noqa: ANN401
    if what is None:
        raise HookError(f"hook {text}: there is neither such a module nor such a command")
    return what


def _arguments(text: str, whole: str) -> dict[str, Any]:
    """Return keyword arguments that are literals; nothing is evaluated."""
    try:
        call = ast.parse(f"f({text}\n)", mode="eval").body
        if not isinstance(call, ast.Call) or call.args or any(k.arg is None for k in call.keywords):
            raise ValueError("only name=value is understood")
        return {str(k.arg): ast.literal_eval(k.value) for k in call.keywords}
    except (SyntaxError, ValueError) as err:
        raise HookError(
            f"hook {whole}: its arguments are not understood ({err}); expected name=value, "
            "with numbers, texts and lists as values"
        ) from err
