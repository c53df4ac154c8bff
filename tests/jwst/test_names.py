"""The modules that users of jwst import from."""

from __future__ import annotations

import jwst.datamodels
import jwst.pipeline
import jwst.step
from jwst.pipeline import calwebb_detector1
from jwst.stpipe import Pipeline, query_step_status, record_step_status
from jwst.stpipe.integration import get_steps
from strun.steps import registry, step_status


def test_module_of_all_steps_has_those_of_the_aliases() -> None:
    classes = {registry.find_class(path) for path, _, pipeline in get_steps() if not pipeline}
    assert {getattr(jwst.step, name) for name in jwst.step.__all__} == classes


def test_steps_are_registered_with_their_aliases() -> None:
    for path, alias, is_pipeline in get_steps():
        found = registry.find_class(path)
        assert found.class_alias == alias
        assert issubclass(found, Pipeline) == is_pipeline


def test_steps_of_detector1_are_found_in_its_module() -> None:
    assert calwebb_detector1.dq_init_step.DQInitStep is jwst.step.DQInitStep
    assert calwebb_detector1.linearity_step.LinearityStep is jwst.step.LinearityStep


def test_status_of_steps_is_asked_for_in_the_framework() -> None:
    assert query_step_status is step_status.query_step_status
    assert record_step_status is step_status.record_step_status


def test_modules_of_models_are_attributes_of_the_package() -> None:
    models = jwst.datamodels
    assert models.image.ImageModel is models.ImageModel
    assert models.ramp.RampModel is models.RampModel
    assert models.mask.MaskModel is models.MaskModel
