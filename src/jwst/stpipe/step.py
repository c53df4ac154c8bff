"""The base of all steps."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from jwst.errors import StepError
from jwst.stpipe import config, naming, references, registry
from jwst.stpipe import spec as specs

if TYPE_CHECKING:
    from jwst.datamodels.model import JwstDataModel
    from jwst.datamodels.reference import ReferenceFileModel
    from jwst.stpipe.correction import Correction

    Reference = TypeVar("Reference", bound=ReferenceFileModel)

__all__ = ["Step"]

log = logging.getLogger("stpipe.step")

_BASE = """
    pre_hooks          = list(default=list())       # Steps, functions or commands to run before it
    post_hooks         = list(default=list())       # Steps, functions or commands to run after it
    output_file        = output_file(default=None)  # File to save the output to
    output_dir         = string(default=None)       # Folder of the output files, made if missing
    output_ext         = string(default='.fits')    # Extension of the output files
    output_use_model   = boolean(default=False)     # Name the output after meta.filename
    output_use_index   = boolean(default=True)      # Number the outputs when there are several
    save_results       = boolean(default=False)     # Save the results
    skip               = boolean(default=False)     # Only record that the step was skipped
    suffix             = string(default=None)       # Suffix of the output files
    search_output_file = boolean(default=True)      # Use the output_file of the parent step
    input_dir          = string(default=None)       # Folder of the input files
    """


class Step:
    """
    One step of a calibration.

    A step of its own defines `class_alias`, `spec` (its parameters, in configobj's words),
    `reference_file_types`, `changes` and `prepare`, which returns a correction of blocks. A step
    that overrides `process` instead works on a whole model in memory.

    Parameters
    ----------
    name : str, optional
        Its name in messages; the alias or the class name when None.
    parent : Step, optional
        The pipeline it is a part of.
    config_file : str, optional
        The cfg file that its parameters come from.
    **parameters
        Values of parameters; all others have their defaults.

    Raises
    ------
    ValidationError
        For a parameter with an unknown name or an unusable value.
    """

    class_alias: ClassVar[str | None] = None
    product_suffix: ClassVar[str | None] = None
    reference_file_types: ClassVar[list[str]] = []
    changes: ClassVar[tuple[str, ...]] = ()
    own_spec: ClassVar[str] = _BASE
    parameters: ClassVar[dict[str, specs.Parameter]] = specs.merge([_BASE])
    spec: ClassVar[str] = specs.text(parameters)

    # parameters that the framework itself reads
    output_file: str | None
    output_dir: str | None
    output_ext: str
    output_use_model: bool
    save_results: bool
    skip: bool
    suffix: str | None
    search_output_file: bool
    input_dir: str | None

    def __init_subclass__(cls, **options: Any) -> None:  # noqa: ANN401
        super().__init_subclass__(**options)
        cls.own_spec = cls.__dict__.get("spec", "")
        merged = [
            base.__dict__["own_spec"] for base in reversed(cls.__mro__) if issubclass(base, Step)
        ]
        overrides = "\n".join(
            f"override_{kind} = is_string_or_datamodel(default=None)"
            f" # Override the {kind} reference file"
            for kind in cls.reference_file_types
        )
        cls.parameters = specs.merge([*merged, overrides])
        # printing the spec shows every parameter that a user can set
        cls.spec = specs.text(
            {n: p for n, p in cls.parameters.items() if not n.startswith("override_")}
        )

    def __init__(
        self,
        name: str | None = None,
        parent: Step | None = None,
        config_file: str | None = None,
        **parameters: Any,  # noqa: ANN401
    ) -> None:
        self.name = name or self.class_alias or type(self).__name__
        self.parent = parent
        self.config_file = config_file
        self.allow_mismatch = False
        self.origins = dict.fromkeys(parameters, "given")
        self.references: dict[str, references.Choice] = {}
        self.counts: dict[str, Any] = {}
        self._input: str | None = None
        for key, value in specs.validated(self.parameters, parameters).items():
            setattr(self, key, value)

    # -- what a step of its own defines ---------------------------------------------------------

    def open_input(self, init: Any) -> JwstDataModel:  # noqa: ANN401
        """Return the model that the step works on, for a file or a model of another kind."""
        from jwst.datamodels.ramp import RampModel

        return RampModel(init)

    def examine(self, model: JwstDataModel) -> None:
        """Refuse an exposure that the step should not be applied to, by raising InputError."""

    def changed_arrays(self, model: JwstDataModel) -> tuple[str, ...]:
        """Return the names of the arrays that the correction of this model may rewrite."""
        return self.changes

    def prepare(self, model: JwstDataModel) -> Correction | None:
        """
        Return the correction of an exposure, None when it is to be skipped.

        Only headers and references are to be looked at: no array of the model.
        """
        raise NotImplementedError(f"{type(self).__name__} defines neither prepare nor process")

    def process(self, *args: Any) -> Any:  # noqa: ANN401
        """Return the corrected model; `args` are what `run` was given."""
        from jwst.stpipe.stream import correct_in_memory

        model = self.prepare_output(args[0])
        self.examine(model)
        correction = self.prepare(model)
        if correction is not None:
            self.counts = correct_in_memory(model, correction)
        self.stamp(model, "SKIPPED" if correction is None else "COMPLETE")
        return model

    @property
    def streams(self) -> bool:
        """Whether the step can correct a file block by block."""
        hooks = [*getattr(self, "pre_hooks", ()), *getattr(self, "post_hooks", ())]
        return type(self).process is Step.process and type(self).run is Step.run and not hooks

    # -- running --------------------------------------------------------------------------------

    def run(self, *args: Any) -> Any:  # noqa: ANN401
        """
        Run the step with the parameters of this instance.

        Parameters
        ----------
        *args
            The exposure: a file name or a model, which is not changed.

        Returns
        -------
        JwstDataModel
            The result, also saved when `save_results` or `output_file` says so.
        """
        from jwst.stpipe.running import run_in_memory

        return run_in_memory(self, *args)

    @classmethod
    def call(cls, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """
        Make a step with these parameters and run it.

        Parameters
        ----------
        *args
            The exposure: a file name or a model, which is not changed.
        **kwargs
            Parameters of the step; `config_file` names a cfg file whose values they override,
            `logcfg` a logging configuration.

        Returns
        -------
        JwstDataModel
            The result.
        """
        path = kwargs.pop("config_file", None)
        logcfg = kwargs.pop("logcfg", None)
        kwargs.pop("configure_log", None)
        if logcfg is not None:
            from jwst.stpipe.logs import configure

            configure(logcfg=logcfg)
        said = config.read(os.fspath(path)).parameters if path is not None else {}
        return cls.configured(("cfg", said), ("call", kwargs), config_file=path).run(*args)

    @classmethod
    def configured(
        cls, *sources: tuple[str, Mapping[str, Any]], config_file: str | None = None
    ) -> Self:
        """Return a step with parameters of several sources, later ones winning."""
        settings = config.precedence(*sources)
        step = cls(config_file=config_file, **settings.values)
        step.origins = settings.origins
        return step

    @classmethod
    def from_config_file(
        cls, config_file: str, parent: Step | None = None, name: str | None = None
    ) -> Step:
        """Return the step that a cfg file names, with the parameters in it."""
        found, said = registry.find(os.fspath(config_file))
        parameters = said.parameters if said else {}
        label = name or (said.name if said else None)
        steps = {"steps": said.steps} if said and said.steps else {}
        return found(label, parent=parent, config_file=config_file, **parameters, **steps)

    @staticmethod
    def from_cmdline(args: list[str]) -> Any:  # noqa: ANN401
        """Run a step as the command line does and return its result in memory."""
        from jwst.stpipe.cmdline import from_cmdline

        return from_cmdline(args)

    # -- parameters -----------------------------------------------------------------------------

    @classmethod
    def print_configspec(cls) -> None:
        """Print every parameter with its check and its comment."""
        sys.stdout.write(specs.text(cls.parameters) + "\n")

    def get_pars(self, full_spec: bool = True) -> dict[str, Any]:
        """Return the values of the parameters; without `full_spec` only those that were given."""
        names = [n for n in self.parameters if full_spec or n in self.origins]
        return {name: getattr(self, name) for name in names if not name.startswith("override_")}

    def update_pars(self, parameters: Mapping[str, Any]) -> None:
        """Set parameters; unknown names are ignored, as they may belong to other steps."""
        known = {name: v for name, v in parameters.items() if name in self.parameters}
        checked = specs.validated(self.parameters, known)
        for name in known:
            setattr(self, name, checked[name])
            self.origins[name] = "given"

    def export_config(self, filename: str | os.PathLike[str], **_: Any) -> None:  # noqa: ANN401
        """
        Write the parameters that differ from their defaults, overrides too, to a cfg file.

        Raises
        ------
        StepError
            When a parameter is an object that a cfg file cannot hold.
        """
        values = {}
        for name, parameter in self.parameters.items():
            value = getattr(self, name)
            if value == parameter.default or value is None:
                continue
            plain = value if isinstance(value, list) else [value]
            if not all(isinstance(item, str | int | float | bool) for item in plain):
                raise StepError(f"{name} is {value!r}, which a cfg file cannot hold; save it first")
            is_file = name.startswith("override_") and value != references.NOT_APPLICABLE
            values[name] = config.absolute(value) if is_file else value
        config.write(
            os.fspath(filename),
            name=self.name,
            class_name=registry.class_path(type(self)),
            values=values,
        )

    def search_attr(self, attribute: str, default: Any = None, parent_first: bool = False) -> Any:  # noqa: ANN401
        """Return an attribute of this step, or of the nearest parent that has it."""
        own = getattr(self, attribute, None)
        above = self.parent.search_attr(attribute, None, parent_first) if self.parent else None
        found = [above, own] if parent_first else [own, above]
        return next((value for value in found if value is not None), default)

    # -- references -----------------------------------------------------------------------------

    def get_reference_file(self, input_file: Any, reference_file_type: str) -> Any:  # noqa: ANN401
        """
        Return the path of a reference, a model that was given for it, or ``N/A``.

        Raises
        ------
        ReferenceNotFoundError
            When there is none, with the ways to give one.
        """
        override = getattr(self, f"override_{reference_file_type}", None)
        choice = references.choose(reference_file_type, override)
        self.references[reference_file_type] = choice
        return choice.reference

    def open_reference(
        self, model: JwstDataModel, reftype: str, kind: type[Reference]
    ) -> Reference | None:
        """Return the model of a reference that fits the exposure, None when there is none (N/A)."""
        self.get_reference_file(model, reftype)
        choice = self.references[reftype]
        if choice.reference == references.NOT_APPLICABLE:
            return None
        reference = references.open_reference(choice, kind, reftype=reftype)
        references.check_fits(model, reference, name=choice.name, allow=self.allow_mismatch)
        return reference

    # -- input and output -----------------------------------------------------------------------

    def input_path(self, path: str | os.PathLike[str]) -> str:
        """Return where an input lies: in `input_dir`, when that is set and the path is relative."""
        text = os.fspath(path)
        return os.path.join(os.path.expanduser(self.input_dir), text) if self.input_dir else text

    def open_model(self, init: Any, **kwargs: Any) -> JwstDataModel:  # noqa: ANN401
        """Return the model of a file of the input folder, or of another model."""
        from jwst.datamodels.opening import open_model

        path = self.input_path(init) if isinstance(init, str | os.PathLike) else init
        return open_model(path, **kwargs)

    def prepare_output(self, init: Any, make_copy: bool | None = None, **_: Any) -> Any:  # noqa: ANN401
        """Return the model to correct: a file opened, or a copy of a model that was given."""
        if isinstance(init, str | os.PathLike):
            return self.open_input(self.input_path(init))
        model = self.open_input(init)
        copied = self.parent is None if make_copy is None else make_copy
        return model.copy() if copied else model

    def stamp(self, model: Any, status: str) -> None:  # noqa: ANN401
        """Set the keywords of a product in a model."""
        from jwst.stpipe.provenance import stamp

        names = {kind: choice.name for kind, choice in self.references.items()}
        for kind in self.reference_file_types:
            names.setdefault(kind, references.NOT_APPLICABLE)
        stamp(model, status, alias=self.class_alias, references=names)

    def own_suffix(self) -> str:
        """Return the suffix of the step's products."""
        return self.suffix or self.product_suffix or self.class_alias or type(self).__name__.lower()

    def make_output_path(
        self,
        basepath: str | None = None,
        ext: str | None = None,
        suffix: str | None = None,
        **components: Any,  # noqa: ANN401
    ) -> str:
        """
        Return the path of a product.

        Parameters
        ----------
        basepath : str, optional
            `output_file`, or the input, when None.
        ext : str, optional
            `output_ext` when None.
        suffix : str, optional
            The step's own when None.
        **components
            Further parts of the name; None is left out.
        """
        base = basepath
        if base is None and self.search_output_file:
            base = self.search_attr("output_file")
        base = base or self.search_attr("_input") or f"{self.name}.fits"
        return naming.product_name(
            base,
            suffix=self.own_suffix() if suffix is None else suffix,
            extension=ext or self.output_ext,
            folder=self.search_attr("output_dir"),
            components=tuple(str(c) for c in components.values() if c is not None),
        )

    def save_model(
        self,
        model: Any,  # noqa: ANN401
        suffix: str | None = None,
        idx: int | None = None,
        output_file: str | None = None,
        **components: Any,  # noqa: ANN401
    ) -> str:
        """Save a model under the name of a product and return its path."""
        components.pop("force", None)
        base = model.meta.filename if self.output_use_model else output_file
        path = self.make_output_path(base, suffix=suffix, idx=idx, **components)
        from jwst.stpipe.running import make_folder

        make_folder(path)
        model.save(path)
        log.info("Saved model in %s", path)
        return path
