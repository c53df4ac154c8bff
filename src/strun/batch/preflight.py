"""All inputs checked before the first byte is computed: what would fail, and why."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

from strun.batch.checked_input import CheckedInput, about_input, mark_clashes, mark_full_disks
from strun.blockio.parts import places
from strun.blockio.source import primary_header
from strun.datamodels.model import JwstDataModel
from strun.errors import StrunError, words_of
from strun.logs import silent
from strun.steps.prepared_run import PreparedRun, opened_run
from strun.steps.step import Step

# names in an exposure's metadata that a reference is cut and checked by
_GEOMETRY = [
    "meta.instrument.name",
    "meta.instrument.detector",
    "meta.subarray.name",
    "meta.subarray.xstart",
    "meta.subarray.ystart",
    "meta.subarray.xsize",
    "meta.subarray.ysize",
    "meta.subarray.fastaxis",
    "meta.subarray.slowaxis",
    "meta.exposure.type",
    "meta.exposure.nframes",
    "meta.exposure.readpatt",
    "meta.exposure.zero_frame",
]

Check: TypeAlias = Callable[[PreparedRun, CheckedInput], dict[str, Any] | None]
"""Finds out something of an opened exposure: fields of `CheckedInput`, if any."""


def check_inputs(
    fresh: Callable[[], Step],
    paths: Sequence[str],
    *,
    save: bool = True,
    checks: Iterable[Check] = (),
) -> list[CheckedInput]:
    """
    Check the headers of all inputs, and the references that they need.

    `fresh` returns a step that has not run, and `checks` find out more while an exposure is open.
    """
    step, checks = fresh(), tuple(checks)
    if step.streams and not step.skip:
        # there are samples, the step may be applied to them, and references fit
        usable = once_by_geometry(lambda run, _: run.prepare())
        checks = (lambda run, _: run.examine(), usable, *checks)
    # the run itself will say it again
    with silent("jwst", type(step).__module__.partition(".")[0]):
        found = [_check_input(fresh(), path, save=save, checks=checks) for path in paths]
    return mark_full_disks(mark_clashes(found, step.handed_on))


def _check_input(step: Step, path: str, *, save: bool, checks: Iterable[Check]) -> CheckedInput:
    step.note_input(path)
    source = step.locate_input(path)
    found = CheckedInput(path, source)
    try:
        if not step.streams:
            # what its `process` takes and makes is its own affair
            product = step.make_output_path() if save else None
            return _in_memory(step, found._replace(product=product), checks)
        with opened_run(step, path) as run:
            product = step.locate_product(run.model) if save else None
            found = found._replace(product=product, kind=_kind(run.model))
            found = _checked(run, found, checks)
            if product is not None:
                size = sum(each.size for each in run.planned)
                beside = tuple(each.path for each in run.planned[1:])
                found = found._replace(size=size, beside=beside)
            return found
    except Exception as err:
        error = about_input(words_of(err), found.path, found.source, found.product)
        return found.with_fault(error, type(err).__name__)


def _checked(run: PreparedRun, found: CheckedInput, checks: Iterable[Check]) -> CheckedInput:
    for check in checks:
        found = found._replace(**(check(run, found) or {}))
    return found


def _in_memory(step: Step, found: CheckedInput, checks: Iterable[Check]) -> CheckedInput:
    """Find out what can be found out of an input that only the step itself may understand."""
    try:
        with opened_run(step, found.path) as run:
            size = places(run.model.parts())[1]
            found = found._replace(kind=_kind(run.model), size=size)
            return _checked(run, found, checks)
    except (StrunError, AttributeError):
        # an association, perhaps, or a word that the step knows: it will say what is wrong
        return found


def once_by_geometry(check: Check) -> Check:
    """
    Return a check that is made once for exposures that no reference can tell apart.

    What CRDS chooses may depend on anything, also on the date: then each is checked.
    """
    made: dict[object, dict[str, Any] | None] = {}

    def once(run: PreparedRun, found: CheckedInput) -> dict[str, Any] | None:
        step, model = run.step, run.model
        kinds = step.asked_references(model)
        given = kinds and all(step.get_ref_override(kind) is not None for kind in kinds)
        key = _geometry(model) if given else object()
        if key not in made:
            # what is wrong is said of each: it names the exposure
            made[key] = check(run, found)
        return made[key]

    return once


def _geometry(model: JwstDataModel) -> tuple[object, ...]:
    value = model.changed_keywords.get
    return (type(model), model.shape, *(str(value(path)) for path in _GEOMETRY))


def _kind(model: JwstDataModel) -> str:
    meta, shape = model.meta, model.shape or ()
    words = (meta.instrument.detector, meta.subarray.name, meta.exposure.type)
    return " ".join([*(word for word in words if word), "x".join(map(str, shape[-2:]))])


def check_sums(run: PreparedRun, found: CheckedInput) -> None:
    """Raise when a checksum is wrong and --verify asks: --strict is to run nothing then."""
    run.step.verify_file(found.source)


def predict_peak(run: PreparedRun, _: CheckedInput) -> dict[str, Any]:
    """Find out how many bytes a run takes."""
    from strun.engine import workers
    from strun.steps.memory import FRESH, resident

    with workers.one_worker():
        # a notebook may hold much more than a new process does
        return {"peak": run.memory(base=min(resident(), FRESH))}


def check_product(run: PreparedRun, found: CheckedInput) -> dict[str, Any]:
    """Find out in what the product of an exposure differs from one that would be made now."""
    if found.product is None or not os.path.lexists(found.product):
        return {}
    return {"out_of_date": tuple(_differences(run, found.product))}


def out_of_date(step: Step, path: str, product: str) -> list[str]:
    """Return in what a product, or one beside it, differs from what a step would make now."""
    with opened_run(step, path) as run:
        return _differences(run, product)


def _differences(run: PreparedRun, product: str) -> list[str]:
    beside = run.planned[1:] if run.step.streams else []
    for path, other in [(product, None), *((each.path, each.other) for each in beside)]:
        if not os.path.exists(path):
            return [f"{path} is missing"]
        if other is not None:
            found = list(other.differences())
        else:
            found = _differences_of(run, path, partial=path != product)
        if found:
            return [t if path == product or path in t else f"{path}: {t}" for t in found]
    return []


def _differences_of(run: PreparedRun, product: str, *, partial: bool) -> list[str]:
    step = run.step
    record = run.expected_record(product if step.streams else None, older=product)
    found = record.differences(product, partial=partial)
    if found:
        return found
    if step.checksum and "CHECKSUM" not in primary_header(product):
        return ["CHECKSUM is missing, and --checksum asks for it"]
    try:
        # when that is asked for
        step.verify_file(product)
    except StrunError as err:
        return [str(err)]
    return []
