"""A run of a step on one exposure: in memory, or from file to file."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any, NamedTuple

from jwst.errors import OutputError
from jwst.stpipe import hooks

if TYPE_CHECKING:
    from jwst.stpipe.step import Step

__all__ = ["Outcome", "make_folder", "run_in_memory", "run_on_file"]

log = logging.getLogger("stpipe.step")


class Outcome(NamedTuple):
    """What a run on a file gave: the product (None when nothing was saved) and counts."""

    product: str | None
    status: str
    counts: dict[str, Any]


def make_folder(path: str) -> None:
    """
    Make the folder of a product.

    Raises
    ------
    OutputError
        When it cannot be made.
    """
    folder = os.path.dirname(path)
    if folder:
        try:
            os.makedirs(folder, exist_ok=True)
        except OSError as err:
            raise OutputError(
                f"{folder}: the output folder cannot be made: {err.strerror}; choose another "
                "--output_dir"
            ) from err


def _hooked(step: Step, kind: str, data: Any) -> Any:  # noqa: ANN401
    """Pass data through the hooks; a hook that returns nothing leaves it as it is."""
    for number, spec in enumerate(getattr(step, f"{kind}_hooks")):
        result = hooks.resolve(spec, step, kind=kind, number=number)(data)
        data = data if result is None else result
    return data


def run_in_memory(step: Step, *args: Any) -> Any:  # noqa: ANN401
    """
    Run a step on a model, or on a file as a whole.

    Parameters
    ----------
    step : Step
        With its parameters and hooks.
    *args
        The exposure and whatever else its `process` takes.

    Returns
    -------
    object
        What `process` and the hooks after it returned.
    """
    if args and isinstance(args[0], str | os.PathLike):
        step._input = os.fspath(args[0])
    elif args and getattr(args[0], "meta", None) is not None:
        step._input = args[0].meta.filename
    log.info("Step %s running with args %s.", step.name, args)
    if args and (step.pre_hooks or step.skip):  # type: ignore[attr-defined]
        first = step.prepare_output(args[0])
        args = (_hooked(step, "pre", first), *args[1:])
    if step.skip:
        result = args[0]
        step.stamp(result, "SKIPPED")
        log.info("Step %s skipped.", step.name)
    else:
        result = step.process(*args)
    result = _hooked(step, "post", result)
    if step.save_results or step.output_file is not None:
        several = isinstance(result, list | tuple)
        for number, model in enumerate(result if several else [result]):
            if hasattr(model, "save"):
                step.save_model(model, idx=number if several and len(result) > 1 else None)
    log.info("Step %s done", step.name)
    return result


def _same_file(one: str, other: str) -> bool:
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False


def _refuse_overwriting(step: Step, source: str, target: str) -> None:
    used = [c.reference for c in step.references.values() if isinstance(c.reference, str)]
    used += [
        v
        for n in step.parameters
        if n.startswith("override_") and isinstance(v := getattr(step, n), str)
    ]
    for word, path in (("input", source), *(("reference", path) for path in used)):
        if _same_file(path, target):
            raise OutputError(
                f"{target}: the product would overwrite the {word} {path}; give --suffix, "
                "--output_file or --output_dir"
            )


def product_path(step: Step, path: str) -> str:
    """Return where the product of an input goes."""
    step._input = path
    if step.output_use_model:
        from jwst.datamodels.model import JwstDataModel

        with JwstDataModel(path) as model:
            return step.make_output_path(model.meta.filename)
    return step.make_output_path()


def run_on_file(
    step: Step, path: str, *, save: bool = True, durable: bool = False, may_fork: bool = False
) -> Outcome:
    """
    Run a step on a file as the command line does.

    Parameters
    ----------
    step : Step
        With its parameters.
    path : str
        The exposure.
    save : bool, optional
        False computes and counts, and saves nothing.
    durable : bool, optional
        Force the product to the disk before it gets its name.
    may_fork : bool, optional
        Whether this process may fork: it is the command line's own.

    Raises
    ------
    StrunError
        Whatever went wrong; nothing is left behind then.
    """
    from jwst.stpipe.stream import run_file

    source = step.input_path(path)
    if not (save and step.streams):
        return _run_whole(step, source, path, save=save)
    model = step.open_input(source)
    target = product_path(step, source)
    _refuse_overwriting(step, source, target)
    make_folder(target)
    model.meta.filename = os.path.basename(target)
    step.counts = run_file(step, model, output_path=target, durable=durable, may_fork=may_fork)
    log.info("Saved model in %s", target)
    status = getattr(model.meta.cal_step, step.class_alias or "", None) or "COMPLETE"
    return Outcome(target, status, step.counts)


def _run_whole(step: Step, source: str, path: str, *, save: bool) -> Outcome:
    """Run a step that needs the whole exposure in memory, or one whose result is not saved."""
    step.input_dir, kept = None, step.input_dir
    target = product_path(step, source) if save else None
    if target is not None:
        _refuse_overwriting(step, source, target)
    step.save_results = False
    output_file, step.output_file = step.output_file, None
    try:
        result = run_in_memory(step, source)
    finally:
        step.input_dir, step.output_file = kept, output_file
    if target is not None:
        make_folder(target)
        result.save(target)
        log.info("Saved model in %s", target)
    return Outcome(target, "COMPLETE", step.counts)
