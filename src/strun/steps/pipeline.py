"""Several steps as one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, ClassVar

from strun.errors import ReferenceNotFoundError, StrunError
from strun.parameters.settings import is_model
from strun.references.references import Choice
from strun.steps import inputs
from strun.steps.stages import Stage, run_stages
from strun.steps.step import Step

if TYPE_CHECKING:
    from strun.datamodels.model import JwstDataModel


class _OfSteps:
    """Reference types of a pipeline: none of the class's own, of an instance those it will use."""

    def __get__(self, pipeline: Pipeline | None, owner: type) -> list[str]:
        if pipeline is None:
            return []
        kinds = (kind for step in pipeline.unskipped() for kind in step.reference_file_types)
        return list(dict.fromkeys(kinds))


class Pipeline(Step):
    """
    A step made of steps: `step_defs` names them, `process` calls ``self.<name>.run``.

    Parameters
    ----------
    name : str, optional
        Its name in messages.
    parent : Step, optional
        The pipeline it is a part of.
    config_file : str, optional
        The cfg file that its parameters come from.
    **parameters
        As for `Step`; `steps` gives parameters of the steps by their names, and may name a
        ``config_file`` for each.

    Raises
    ------
    ValidationError
        For a step or a parameter that is not there, or an unusable value.
    """

    step_defs: ClassVar[dict[str, type[Step]]] = {}
    orders: ClassVar[dict[str, tuple[str, ...]]] = {}
    """Instruments to the names of the steps that `order` gives for them: help shows them."""
    reference_file_types = _OfSteps()
    steps: dict[str, Any]

    def __init__(
        self,
        name: str | None = None,
        parent: Step | None = None,
        config_file: str | None = None,
        **parameters: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(name, parent, config_file, **parameters)
        for key, kind in self.step_defs.items():
            prefix = f"steps.{key}."
            own = {
                name.removeprefix(prefix): setting
                for name, setting in self._settings.items()
                if name.startswith(prefix)
            }
            setattr(self, key, kind(key, parent=self, config_file=config_file, _settings=own))

    @property
    def substeps(self) -> dict[str, Step]:
        """The steps that the pipeline is made of, by name."""
        return {name: getattr(self, name) for name in self.step_defs}

    def unskipped(self) -> Iterator[Step]:
        """Yield the steps that are not to be skipped."""
        return (step for step in self.substeps.values() if not step.skip)

    def used_references(self) -> dict[str, Choice]:
        """Return what the steps have chosen in this run, by kind; the last step wins."""
        used = super().used_references()
        for step in self.substeps.values():
            used |= step.used_references()
        return used

    def get_ref_override(self, reference_file_type: str) -> Any:  # noqa: ANN401
        """Return the first override of a kind that a step has, None when none has one."""
        found = (step.get_ref_override(reference_file_type) for step in self.unskipped())
        return next((override for override in found if override is not None), None)

    def prefetch(self, *args: Any) -> None:  # noqa: ANN401
        """
        Choose the references of all steps before the first of them runs.

        Raises
        ------
        ReferenceNotFoundError
            When a file that was given is not there. What CRDS has not may not be needed.
        """
        if not args or not (inputs.is_path(args[0]) or is_model(args[0])):
            return
        try:
            opened = self.open_model(args[0]) if inputs.is_path(args[0]) else nullcontext(args[0])
        except (StrunError, OSError):
            # an association, perhaps, or a word that `process` knows: it will say what is wrong
            return
        with opened as model:
            for step in self.unskipped():
                if step.prefetch_references:
                    _choose_references(step, model)

    def order(self, model: Any) -> Iterable[str]:  # noqa: ANN401
        """Return the names of the steps that an exposure needs, in order: all, or a choice."""
        return self.step_defs

    def examine(self, model: JwstDataModel) -> None:
        """Refuse an exposure that needs a step which cannot be run, before the first one runs."""
        for name in self.order(model):
            step: Step = getattr(self, name)
            if not step.skip:
                step.require_available()

    @property
    def streams(self) -> bool:
        """Whether all steps can correct a file block by block, in one pass."""
        steps = self.substeps.values()
        return self._runs_as(Pipeline) and all(step.streams or step.skip for step in steps)

    def stages(self, model: JwstDataModel) -> Iterator[Stage]:
        """Yield the steps of a run on an exposure, ready, in order."""
        if self.skip:
            return
        self.examine(model)
        for name in self.order(model):
            yield from getattr(self, name).stages(model)

    def steps_for(self, model: JwstDataModel) -> Iterator[Step]:
        """Yield the steps of a run on an exposure, in order; also those that are skipped."""
        for name in self.order(model):
            yield from getattr(self, name).steps_for(model)

    def asked_references(self, model: JwstDataModel) -> list[str]:
        """Return the kinds of references that an exposure needs in any of the steps."""
        kinds = (kind for step in self.unskipped() for kind in step.asked_references(model))
        return list(dict.fromkeys(kinds))

    @property
    def handed_on(self) -> str | None:
        """A file that each exposure takes on from the one before, when a step has one."""
        return next(filter(None, (step.handed_on for step in self.unskipped())), None)

    def process(self, *args: Any) -> Any:  # noqa: ANN401
        """Run the steps, in one pass where nothing but the end is asked for."""
        result = self.prepare_input(inputs.first_of(self, args))
        self.examine(result)
        steps: list[Step] = [getattr(self, name) for name in self.order(result)]
        if self.streams and not any(map(self._is_saved, steps)):
            inputs.require_samples(result)
            return self.ended(run_stages(self, result, list(self.stages(result))))
        for step in steps:
            if isinstance(result, tuple):
                result = tuple(None if each is None else step.run(each) for each in result)
            else:
                result = step.run(result)
            suffix = self.saved_after(step)
            if suffix is not None:
                self.save_model(result, suffix, force=True)
        return self.ended(result)

    def _is_saved(self, step: Step) -> bool:
        """Whether what a step gives is a product of its own."""
        return step.saves or self.saved_after(step) is not None

    def ended(self, result: Any) -> Any:  # noqa: ANN401
        """Return the result of the pipeline, from that of its last step."""
        return result


def _choose_references(step: Step, model: Any) -> None:  # noqa: ANN401
    for kind in step.asked_references(model):
        try:
            step.get_reference_file(model, kind)
        except ReferenceNotFoundError:
            if step.get_ref_override(kind) is not None:
                raise
    # whether the step will run at all is not known yet
    step.references = {}
