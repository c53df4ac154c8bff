"""What a step is run on: where files lie, which model they open as, when a copy is made."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from strun.errors import InputError, InputNotFoundError
from strun.logs import get_logger
from strun.parameters.settings import is_model
from strun.steps.configurable import Configurable

if TYPE_CHECKING:
    from strun.datamodels.model import JwstDataModel

    Model = TypeVar("Model", bound=JwstDataModel)

log = get_logger("stpipe.step")

# files of this process: the reference of a batch is looked through once
_verified: set[tuple[str, int, int, int]] = set()


def is_path(init: object) -> bool:
    """Return whether an input is the name of a file."""
    return isinstance(init, str | os.PathLike)


def first_of(step: object, args: tuple[Any, ...]) -> Any:  # noqa: ANN401
    """Return the exposure that a step was given; InputError when it was given none."""
    if not args:
        raise InputError(
            f"{type(step).__name__}: no input; expected the path of an exposure or a model"
        )
    return args[0]


def named(model: Model, path: str | os.PathLike[str]) -> Model:
    """Let a model that was opened have the name of its file, whatever its FILENAME says."""
    model.meta.filename = os.path.basename(path)
    return model


def open_exposure(init: Any) -> JwstDataModel:  # noqa: ANN401
    """
    Open a file or a model as what a step works on: raw exposures as ramps, others as they are.

    InputNotFoundError is raised when there is no such file.
    """
    from strun.datamodels import opening
    from strun.datamodels.exposure_models import GuiderRawModel, Level1bModel, RampModel

    if is_path(init) and not os.path.exists(init):
        raise InputNotFoundError(f"{os.fspath(init)}: no such file; check the name and the folder")
    model = opening.open_model(init)
    if isinstance(model, GuiderRawModel | Level1bModel | RampModel):
        return opening.ramp_class(model)(model)
    return model


def _as_ramp(init: Any) -> JwstDataModel:  # noqa: ANN401
    from strun.datamodels.opening import open_ramp

    try:
        return open_ramp(init)
    except InputError as err:
        if is_path(init):
            raise
        raise TypeError(f"the model is not compatible with its metadata: {err}") from err


def require_samples(model: JwstDataModel) -> None:
    """Refuse a file without an exposure in it, without a single sample, or that lost its flags."""
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


class ExposureReader(Configurable):
    """
    What a step does with its input.

    Attributes
    ----------
    opens_ramp : bool
        Whether the input is opened as the ramp that its header says: guider, superstripe or plain.
    input_dir : str
        Folder of the input: the parameter, else that of the file of this run.
    """

    opens_ramp: ClassVar[bool] = False

    # what was said, before a run knows more
    _input_dir: str | None = None
    # the file of this run: what products are named after, and where it lies
    _input: str | None = None
    _input_folder: str | None = None
    _named_by_user = False
    # a copy of the input that the framework made: it need not be copied again
    _own_input: object = None

    @property
    def input_dir(self) -> str:
        """The folder in which files without a folder in their names are looked for."""
        folder: str = self.search_attr("_input_dir") or self.search_attr("_input_folder") or ""
        return folder

    @input_dir.setter
    def input_dir(self, folder: str | None) -> None:
        self._input_dir = folder

    def locate_input(self, path: str | os.PathLike[str]) -> str:
        """
        Return where an input lies that the user wrote.

        A name without folder is looked for in the `input_dir` of the step, or of its pipeline; so
        is a relative path that leads nowhere from the current folder.
        """
        text = os.fspath(path)
        folder = self.search_attr("_input_dir")
        if not folder or os.path.isabs(text):
            return text
        if os.path.dirname(text) and os.path.exists(text):
            return text
        return os.path.join(os.path.expandvars(os.path.expanduser(folder)), text)

    def make_input_path(self, file_path: Any) -> Any:  # noqa: ANN401
        """Return a name without a folder as a path in `input_dir`, all else as it is."""
        if not isinstance(file_path, str) or os.path.dirname(file_path):
            return file_path
        return os.path.join(self.input_dir, file_path)

    def note_input(self, init: object) -> None:
        """Name products after an input; a pipeline's own input, and the user's word, win."""
        above = self.parent is not None and self.parent.search_attr("_input") is not None
        if not (above or self._named_by_user):
            self._name_after(init)

    def _name_after(self, init: object) -> None:
        if isinstance(init, str | os.PathLike):
            self._input = os.fspath(init)
            self._input_folder = os.path.dirname(init) if os.path.isfile(init) else None
        else:
            self._input = getattr(getattr(init, "meta", None), "filename", None)
            self._input_folder = None

    def set_primary_input(self, obj: Any, exclusive: bool = True) -> None:  # noqa: ANN401
        """
        Say what products are named after.

        Parameters
        ----------
        obj : str, path or model
            A file, or a model with its name.
        exclusive : bool, optional
            Only when it, or its pipeline, has no name yet.
        """
        if exclusive and self.search_attr("_input") is not None:
            return
        self._name_after(obj)
        self._named_by_user = self._input is not None

    def verify_file(self, path: str) -> str:
        """
        Return a path, after the check of its sums when the step is to verify what it reads.

        FitsError is raised for the first HDU whose CHECKSUM or DATASUM does not hold.
        """
        if self.verify:
            from strun.blockio.checksum import verify
            from strun.blockio.source import FitsFile

            with FitsFile.as_written(path) as file:
                status = file.stat or os.stat(path)
                state = (path, status.st_size, status.st_mtime_ns, status.st_ino)
                if state not in _verified:
                    count = verify(file)
                    total = len(file.hdus)
                    log.info("%s: checksums of %d of %d HDUs are right", path, count, total)
                    _verified.add(state)
        return path

    def open_model(self, init: Any, **kwargs: Any) -> JwstDataModel:  # noqa: ANN401
        """Return the model of a file of the input folder, or of another model."""
        from strun.datamodels.opening import open_model

        if is_path(init):
            return named(open_model(self.locate_input(init), **kwargs), init)
        return open_model(init, **kwargs)

    def open_input(self, init: Any) -> JwstDataModel:  # noqa: ANN401
        """Return the model that the step works on, for a file or a model of another kind."""
        if not self.opens_ramp:
            return open_exposure(init)
        from strun.datamodels.opening import open_ramp

        return open_ramp(init)

    def prepare_input(self, init: Any) -> Any:  # noqa: ANN401
        """Return the model to correct, as `open_input` opens it; a model given is copied."""
        if is_path(init):
            return named(self.open_input(self.locate_input(init)), init)
        model = self.open_input(init)
        return model if init is self._own_input else self.prepare_output(model)

    def prepare_output(
        self,
        init: Any,  # noqa: ANN401
        make_copy: bool | None = None,
        *,
        open_models: bool = True,
        open_as_type: type[Any] | None = None,
        open_as_ramp: bool = False,
    ) -> Any:  # noqa: ANN401
        """
        Return the model to change: a file opened, or a copy of a model.

        Parameters
        ----------
        init : str, path, JwstDataModel or list of models
            The input. A step without a parent gets a copy; a pipeline's models are its own.
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
            When a copy is asked for of something that cannot be copied, or when a model's arrays
            do not fit the ramp that its metadata say it is.
        """
        if isinstance(init, list | tuple) and init and all(is_model(each) for each in init):
            return [self.prepare_output(each, make_copy) for each in init]
        model, opened = init, False
        if is_path(init) and open_models:
            model, opened = self.locate_input(init), True
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
        if make_copy is None and (self.parent is not None or init is self._own_input):
            return model
        return model.copy()
