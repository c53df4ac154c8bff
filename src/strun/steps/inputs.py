"""What a step is run on: where files lie, which model they open as, when a copy is made."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from strun.errors import InputError, InputNotFoundError
from strun.logs import get_logger
from strun.parameters import values
from strun.parameters.validation import is_model

if TYPE_CHECKING:
    from strun.datamodels.model import JwstDataModel
    from strun.steps.configurable import Configurable
    from strun.steps.input_output import InputOutput
    from strun.steps.reference_user import ReferenceUser
    from strun.steps.step import Step

    Model = TypeVar("Model", bound=JwstDataModel)

log = get_logger("stpipe.step")

# files of this process: the reference of a batch is looked through once
_verified: set[tuple[str, int, int, int]] = set()


def is_path(init: object) -> bool:
    """Return whether an input is the name of a file."""
    return isinstance(init, str | os.PathLike)


def first_of(step: Step, args: tuple[Any, ...]) -> Any:  # noqa: ANN401
    """
    Return the exposure that a step was given.

    Raises
    ------
    InputError
        When it was given none.
    """
    if not args:
        raise InputError(
            f"{type(step).__name__}: no input; expected the path of an exposure or a model"
        )
    return args[0]


def input_path(step: Configurable, path: str | os.PathLike[str]) -> str:
    """
    Return where an input lies.

    Parameters
    ----------
    step : Configurable
        With `input_dir`, of its own or of its pipeline.
    path : str or path
        As the user wrote it. A name without folder is looked for in `input_dir`; so is a relative
        path that leads nowhere from the current folder.
    """
    text = os.fspath(path)
    folder = step.search_attr("_input_dir")
    if not folder or os.path.isabs(text):
        return text
    if os.path.dirname(text) and os.path.exists(text):
        return text
    return os.path.join(os.path.expandvars(os.path.expanduser(folder)), text)


def note(step: InputOutput, init: object) -> None:
    """Remember what products are named after; a pipeline's own input, and the user's word, win."""
    above = step.parent is not None and step.parent.search_attr("_input") is not None
    if not (above or step._named_by_user):
        set_primary(step, init)


def set_primary(step: InputOutput, init: object) -> None:
    """Let products be named after a file or a model, and other files lie where the file does."""
    if isinstance(init, str | os.PathLike):
        step._input = os.fspath(init)
        step._input_folder = os.path.dirname(init) if os.path.isfile(init) else None
    else:
        step._input = getattr(getattr(init, "meta", None), "filename", None)
        step._input_folder = None


def verified(step: ReferenceUser, path: str) -> str:
    """
    Return a path, after the check of its sums when the step is to verify what it reads.

    Raises
    ------
    FitsError
        For the first HDU whose CHECKSUM or DATASUM does not hold.
    """
    if step.verify:
        from strun.blockio.checksum import verify
        from strun.blockio.source import FitsFile

        with FitsFile.as_written(path) as file:
            status = file.stat or os.stat(path)
            state = (path, status.st_size, status.st_mtime_ns, status.st_ino)
            if state not in _verified:
                count = verify(file)
                log.info("%s: checksums of %d of %d HDUs are right", path, count, len(file.hdus))
                _verified.add(state)
    return path


def named(model: Model, path: str | os.PathLike[str]) -> Model:
    """Let a model that was opened have the name of its file, whatever its FILENAME says."""
    model.meta.filename = os.path.basename(path)
    return model


@contextmanager
def opened(step: Step, source: str) -> Iterator[JwstDataModel]:
    """Open an exposure that a step is to run on; CRDS may have parameters for it."""
    with step.open_input(source) as model:
        take_crds_parameters(step, named(model, source))
        yield model


def _would_ask_crds(step: Step) -> bool:
    """Whether a reference would be looked up in CRDS: only then it is asked at all."""
    given = (step.get_ref_override(kind) is not None for kind in step.reference_file_types)
    return not (step.refs_folder or all(given))


def wants_crds_parameters(step: Step) -> bool:
    """Return whether CRDS is to be asked for parameters of a step, or of those of a pipeline."""
    if not step.takes_crds_pars or step.parent is not None:
        return False
    if not any(map(_would_ask_crds, step.substeps.values() or (step,))):
        return False
    from strun.references import crds_setup

    return not crds_setup.parameters_disabled() and crds_setup.missing_setup() is None


def take_crds_parameters(step: Step, model: JwstDataModel) -> None:
    """
    Give a step the parameters that CRDS has for an exposure, where nobody set others.

    Raises
    ------
    ConfigError
        When the file of parameters cannot be read.
    ValidationError
        When a value cannot be used.
    """
    if wants_crds_parameters(step):
        parameters = step._crds_parameters(model)
        found = step.get_config_from_reference(parameters, crds_observatory="jwst")
        values.update(step, found, origin="CRDS", weaker=True)


def open_exposure(init: Any) -> JwstDataModel:  # noqa: ANN401
    """
    Open a file or a model as what a step works on: raw exposures as ramps, others as they are.

    Raises
    ------
    InputNotFoundError
        When there is no such file.
    """
    from strun.datamodels import opening
    from strun.datamodels.exposure_models import GuiderRawModel, Level1bModel, RampModel

    if is_path(init) and not os.path.exists(init):
        raise InputNotFoundError(f"{os.fspath(init)}: no such file; check the name and the folder")
    model = opening.open_model(init)
    if isinstance(model, GuiderRawModel | Level1bModel | RampModel):
        return opening.ramp_class(model)(model)
    return model


def prepare(
    step: InputOutput,
    init: Any,  # noqa: ANN401
    *,
    make_copy: bool | None = None,
    open_models: bool = True,
    open_as_type: type[Any] | None = None,
    open_as_ramp: bool = False,
) -> Any:  # noqa: ANN401
    """
    Return what `process` may change.

    Parameters
    ----------
    step : InputOutput
        One without a parent gets a copy of a model; a pipeline's models are its own.
    init : str, path, JwstDataModel or list of models
        The input.
    make_copy : bool, optional
        Copy a model whatever the step (True), or never (False).
    open_models : bool, optional
        False leaves a file name a file name.
    open_as_type : type, optional
        Model to open it as.
    open_as_ramp : bool, optional
        Open it as the ramp that its header says: guider, superstripe or plain.

    Raises
    ------
    TypeError
        When a copy is asked for of something that cannot be copied, or when a model's arrays do
        not fit the ramp that its metadata say it is.
    """
    if isinstance(init, list | tuple) and init and all(is_model(each) for each in init):
        return [prepare(step, each, make_copy=make_copy) for each in init]
    model, opened = init, False
    if is_path(init) and open_models:
        model, opened = input_path(step, init), True
    if open_as_type is not None and (opened or not isinstance(model, open_as_type)):
        model = open_as_type(model)
    elif open_as_ramp:
        model = _as_ramp(model)
    elif opened:
        model = open_exposure(model)
    if opened:
        return named(model, init)
    if make_copy is False:
        return model
    if not hasattr(model, "copy") or is_path(model):
        if make_copy:
            raise TypeError(f"Copy is not possible of a {type(init).__name__}; give a model")
        return model
    if make_copy is None and (step.parent is not None or init is step._own_input):
        return model
    return model.copy()


def _as_ramp(init: Any) -> JwstDataModel:  # noqa: ANN401
    from strun.datamodels.opening import open_ramp

    try:
        return open_ramp(init)
    except InputError as err:
        if is_path(init):
            raise
        raise TypeError(f"the model is not compatible with its metadata: {err}") from err


def require_samples(model: JwstDataModel) -> None:
    """
    Refuse a file without an exposure in it, without a single sample, or that lost its flags.

    Raises
    ------
    InputError
        For such a file.
    """
    from strun.datamodels.covering import require_image

    shape = require_image(model)
    if 0 in shape:
        raise InputError(f"{model.label}: SCI has the shape {shape}: there is no sample in it")
    if model.file is not None and model.meta.cal_step.dq_init == "COMPLETE":
        lost = [model.arrays[n].hdu for n in model.required if not model.has_array(n)]
        # a guider's flags are in a DQ, which only its own steps look at
        if lost and model.file.find("DQ") is None:
            raise InputError(
                f"{model.label}: S_DQINIT is COMPLETE, but there is no {' and no '.join(lost)} "
                "of the exposure's shape: the file is torn; get a whole copy"
            )
