"""A run of a step on one exposure: in memory, or from file to file."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from strun.datamodels.model import JwstDataModel
from strun.effects.effect import Effect, line_of
from strun.logs import get_logger
from strun.parameters.settings import is_model
from strun.references import references
from strun.steps.inputs import is_path
from strun.steps.prepared_run import begin, opened_run
from strun.steps.stages import mark_skipped

if TYPE_CHECKING:
    from strun.steps.step import Step

log = get_logger("stpipe.step")
effects = get_logger("stpipe.effect")

_DEBUG, _INFO = 10, 20


class Outcome(NamedTuple):
    """What a run on a file gave: the product (None: none was saved), effects, other products."""

    product: str | None
    status: str
    effects: Mapping[str, Effect]
    beside: tuple[str, ...] = ()


def tell_parameters(step: Step) -> None:
    """
    Log version and parameters, once for a pipeline and its steps: defaults only at DEBUG.

    It comes when all is done, as jwst says its version: a mistake gives one line, and no others.
    """
    if step.parent is None and log.isEnabledFor(_INFO):
        from strun import __version__

        said = ", ".join(
            f"{parameter.name} = {value!r} ({origin})"
            for parameter, value, origin in step.said_parameters()
        )
        log.info("strun %s, parameters of step %s: %s", __version__, step.name, said or "defaults")
        if log.isEnabledFor(_DEBUG):
            names = (name for name, parameter in step.parameters.items() if parameter.check)
            every = "".join(f"\n  {name} = {step.value_of(name)!r}" for name in names)
            log.debug("All parameters of step %s:%s", step.name, every)


def _tell_effect(step: Step) -> None:
    """Log what a step did, in one line of numbers."""
    if step.counts and effects.isEnabledFor(_INFO):
        effect = step.effect_of(step.counts)
        # in a pipeline several steps say something
        line = line_of({step.name: effect}, named=step.parent is not None)
        if line:
            effects.info("%s", line)


def _effects_of(step: Step) -> dict[str, Effect]:
    """Return what a step, or those of a pipeline that have run, did."""
    found = {step.name: step.effect_of(step.counts)} if step.counts else {}
    for name, each in step.substeps.items():
        if each.counts:
            found[name] = each.effect_of(each.counts)
    return found


def _skipped(step: Step, init: Any) -> Any:  # noqa: ANN401
    """Return the input with the status SKIPPED."""
    if not (is_path(init) or is_model(init)):
        log.info("Step %s skipped.", step.name)
        return init
    result = step.prepare_input(init)
    mark_skipped(step, result)
    return result


def _finalize(step: Step, result: Any, source: str | None) -> None:  # noqa: ANN401
    """Put references, software and the record of the run into the results of a step."""
    names = [(kind, choice.name) for kind, choice in step.references.items()]
    for model in result if isinstance(result, list | tuple) else [result]:
        step.finalize_result(model, names)
        if not isinstance(model, JwstDataModel):
            continue
        made = step.record_of(model, source=source)
        made.finish()
        made.write(model)
    # also while their checksums were taken
    references.require_unchanged(step.used_references())


def run_in_memory(
    step: Step,
    *args: Any,  # noqa: ANN401
    save: bool | None = None,
    announced: bool = False,
) -> tuple[Any, list[str]]:
    """
    Run a step on a model, or on a file as a whole, and whatever else its `process` takes.

    Return what `process` and the hooks after it returned, and where it was saved: the parameters of
    the step say whether it is when `save` is None. That the run is `announced` means that the log
    has the parameters already, as that of a batch.
    """
    from strun.steps import hooks

    log.info("Step %s running with args %s.", step.name, args)
    begin(step)
    first: Any = args[0] if args else None
    step.note_input(first)
    if is_path(first):
        step.verify_file(step.locate_input(first))
    _take_crds_parameters(step, first)
    before = hooks.resolve_all(step, "pre")
    after = hooks.resolve_all(step, "post")
    if before and step.parent is None and is_model(first) and hasattr(first, "copy"):
        # a hook may change what it is given, and the caller's model is not ours
        first = step._own_input = first.copy()
        args = (first, *args[1:])
    for hook in before:
        changed = _in_this_folder(hook, *args)
        args = args if changed is None else (changed,)
    if step.skip and args:
        result = _skipped(step, args[0])
    else:
        if step.prefetch_references:
            step.prefetch(*args)
        result = _in_this_folder(step.process, *args)
    for hook in after:
        changed = _in_this_folder(hook, result)
        result = result if changed is None else changed
    source = step.locate_input(first) if is_path(first) else None
    _finalize(step, result, source)
    paths = []
    if (step.saves if save is None else save) and not (step.skip and step.parent):
        paths = _save(step, result, source)
    _tell_effect(step)
    if not announced:
        tell_parameters(step)
    log.info("Step %s done", step.name)
    return result, paths


def _in_this_folder(call: Callable[..., Any], *args: Any) -> Any:  # noqa: ANN401
    """Call a user's function; the current folder is the same afterwards: paths are relative."""
    # O_PATH: a folder that may be entered need not be readable
    folder = os.open(os.curdir, getattr(os, "O_PATH", os.O_RDONLY) | os.O_CLOEXEC)
    try:
        return call(*args)
    finally:
        os.fchdir(folder)
        os.close(folder)


def _take_crds_parameters(step: Step, first: Any) -> None:  # noqa: ANN401
    if not step.wants_crds_parameters():
        return
    if is_path(first):
        with step.open_model(first) as model:
            step.take_crds_parameters(model)
    elif is_model(first):
        step.take_crds_parameters(first)


def _save(step: Step, result: Any, source: str | None) -> list[str]:  # noqa: ANN401
    """Save the models of a result, numbered when there are several."""
    several = isinstance(result, list | tuple)
    models = [each for each in (result if several else [result]) if each is not None]
    numbered = several and len(models) > 1 and step.output_use_index
    numbered = numbered and not step.named_after_model(step.output_file)
    paths = []
    for number, model in enumerate(models):
        if not hasattr(model, "save"):
            log.warning("A %s cannot be saved", type(model).__name__)
            continue
        index = number if numbered else None
        paths.append(step._save(model, source=source, components=(index,)))
    return paths


def run_on_file(
    step: Step,
    path: str,
    *,
    save: bool = True,
    announced: bool = False,
) -> Outcome:
    """
    Run a step on a file as the command line does; whatever goes wrong leaves nothing behind.

    Without `save` it computes and counts. For `announced` see `run_in_memory`.
    """
    if not (save and step.streams):
        result, paths = run_in_memory(step, path, save=save, announced=announced)
        if not save:
            log.info("Nothing is saved: save_results is false")
        effects, beside = _effects_of(step), tuple(paths[1:])
        return Outcome(paths[0] if paths else None, _status(step, result), effects, beside)
    from strun.steps.file_run import run_from_file

    log.debug("Step %s running with args %s.", step.name, (path,))
    with opened_run(step, path, verify=True) as run:
        made = run_from_file(run)
        for product in made:
            log.info("Saved model in %s", product)
        if run.missing is not None:
            log.warning("%s: %s; no product is written", path, run.missing)
        for stage in run.stages:
            _tell_effect(stage.step)
        if not announced:
            tell_parameters(step)
        log.info("Step %s done", step.name)
        if run.missing is not None:
            return Outcome(None, "SKIPPED", _effects_of(step), tuple(made))
        *others, last = made
        return Outcome(last, _status(step, run.model), _effects_of(step), tuple(others))


def _status(step: Step, result: Any) -> str:  # noqa: ANN401
    alias, steps = step.status_name, getattr(getattr(result, "meta", None), "cal_step", None)
    said = getattr(steps, alias, None) if alias and steps is not None else None
    return said or ("SKIPPED" if step.skip else "COMPLETE")
