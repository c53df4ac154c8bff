"""Steps ready to run: each with its correction of an exposure."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from strun.datamodels.keywords import table
from strun.engine.correction import Correction
from strun.logs import get_logger
from strun.references.fitting import check_telescope
from strun.steps.run_files import OtherFile

if TYPE_CHECKING:
    from strun.datamodels.derived_products import Derived
    from strun.datamodels.model import JwstDataModel
    from strun.engine.arrays import OutputArray
    from strun.engine.chain import Totals
    from strun.steps.step import Step

log = get_logger("stpipe.step")

# steps that build on each other's samples, by their names in meta.cal_step
_ORDER = (
    *("group_scale", "saturation", "ipc", "superbias", "refpix", "reset", "linearity"),
    *("dark_sub", "charge_migration", "jump"),
)


class Stage(NamedTuple):
    """
    A step that is ready for an exposure, with its references; without a correction when skipped.

    The correction makes products of other kinds, the main one first, and files of other formats
    of what it finds out.
    """

    step: Step
    correction: Correction | None
    derived: Sequence[Derived] = ()
    others: Sequence[OtherFile] = ()


def ready(step: Step, model: JwstDataModel) -> Stage:
    """
    Return a step with its correction, and set the keywords of its product in the model.

    StrunError is raised when the step should not be applied to the exposure, or a reference cannot
    be used.
    """
    if step.skip:
        mark_skipped(step, model)
        return Stage(step, None)
    check_telescope(model, allow=step.allow_mismatch)
    step.examine(model)
    _warn_of_order(step, model)
    correction = step.prepare(model)
    derived = () if correction is None else step.derived(model)
    # before the model gets the name of a product
    others = () if correction is None else step.other_files(model)
    step.stamp(model, "SKIPPED" if correction is None else correction.status)
    if correction is not None:
        model.made |= {
            n for n in correction.changes if n in model.arrays and not model.has_array(n)
        }
        for path in correction.reserved:
            # the value comes last, and has a place in the header: a number is one card
            model[path] = 0
    return Stage(step, correction, derived, others)


def _warn_of_order(step: Step, model: JwstDataModel) -> None:
    """Warn when an exposure has gone through a step already that comes after this one."""
    # MIRI's reference pixels are looked at after its dark
    order = [name for name in _ORDER if name != "refpix" or model.meta.instrument.name != "MIRI"]
    name = step.cal_step or step.class_alias
    for later in order[order.index(name) + 1 :] if name in order else ():
        if getattr(model.meta.cal_step, later) == "COMPLETE":
            log.warning(
                "%s: %s is COMPLETE, and that step comes after %s; use an exposure from before it",
                model.label,
                table().by_path[f"meta.cal_step.{later}"].keyword,
                step.class_alias,
            )


def mark_skipped(step: Step, model: JwstDataModel) -> None:
    """Set the keywords of a step that the user has switched off; in a pipeline its status alone."""
    log.info("Step %s skipped.", step.name)
    if step.parent is None:
        step.stamp(model, "SKIPPED")
    elif step.class_alias and hasattr(model.meta.cal_step, step.class_alias):
        setattr(model.meta.cal_step, step.class_alias, "SKIPPED")


def derived_of(stages: Iterable[Stage]) -> list[Derived]:
    """Return the products of other kinds that the stages make."""
    return [made for stage in stages for made in stage.derived]


def others_of(stages: Iterable[Stage]) -> list[OtherFile]:
    """Return the files of other formats that the stages make."""
    return [file for stage in stages for file in stage.others]


def count(stages: Iterable[Stage], totals: Sequence[Totals]) -> None:
    """Give each step what its correction counted."""
    corrected = (stage.step for stage in stages if stage.correction is not None)
    for step, counted in zip(corrected, totals, strict=True):
        step.counts = counted


def missing_results(stages: Iterable[Stage]) -> str | None:
    """Return why there is nothing to put into products of other kinds, of stages that ran."""
    ran = [(each.correction, each.step.counts) for each in stages if each.correction is not None]
    found = (correction.missing_results(counts) for correction, counts in ran)
    return next(filter(None, found), None)


def run_stages(step: Step, model: JwstDataModel, stages: Sequence[Stage]) -> Any:  # noqa: ANN401
    """
    Correct a model in memory, in one pass; the step saves what is made beside its results.

    Return the model, or the models that the steps make of it, as a tuple; None in the place of
    what could not be made.
    """
    import numpy as np

    from strun.datamodels.derived_products import derived_model
    from strun.engine.passes import correct_in_memory

    corrections = corrections_of(stages)
    made = derived_of(stages)
    others = others_of(stages) if step.saves_from_shell else []
    results = {
        each.key(unit.name): np.zeros(unit.shape, each.kind.arrays[unit.name].dtype)
        for each in made
        for unit in each.arrays
    }
    if not corrections:
        return model
    totals = correct_in_memory(model, *corrections, results=results, others=arrays_of(others))
    count(stages, totals)
    for file in others:
        step.save_other(file)
    missing = missing_results(stages)
    if missing is not None:
        log.warning("%s; there is no result", missing)
        return tuple(None for each in made if each.beside is None)
    models = []
    for each in made:
        for name, kept in each.kept(ChainMap(*totals)).items():
            results[each.key(name)] = results[each.key(name)][:, :kept]
        if each.source is not None:
            for path in (path for correction in corrections for path in correction.reserved):
                each.source[path] = model[path]
        models.append(derived_model(each.source or model, each, results))
    for each, product in zip(made, models, strict=True):
        if each.beside is not None and step.saves_from_shell:
            named = model.meta.filename is not None
            step.save_model(product, each.suffix, output_file=each.beside or None, force=named)
    ours = [m for each, m in zip(made, models, strict=True) if each.beside is None]
    return tuple(ours) if ours else model


def corrections_of(stages: Iterable[Stage]) -> list[Correction]:
    """Return the corrections of the stages that are not skipped, in order."""
    return [stage.correction for stage in stages if stage.correction is not None]


def arrays_of(files: Iterable[OtherFile]) -> dict[str, OutputArray]:
    """Return the arrays of files by their names among the results of blocks."""
    return {file.result: file.array for file in files}
