"""The base of all steps: what a step of its own defines, and how it is run."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from strun.class_path import class_path
from strun.effects.effect import Effect, Share, listed, shares
from strun.engine.correction import Correction
from strun.parameters import config
from strun.references import references
from strun.steps import inputs, registry
from strun.steps.run_files import OtherFile
from strun.steps.run_options import taken_from
from strun.steps.saving import ProductSaver
from strun.steps.stages import Stage, ready, run_stages

if TYPE_CHECKING:
    from strun.blockio.source import FitsFile
    from strun.datamodels.derived_products import Derived
    from strun.datamodels.model import JwstDataModel
    from strun.provenance.record import Record

# a step that overrides one of these works on a whole model
_WHOLE = ("process", "run", "finalize_result")


class Step(ProductSaver):
    """
    One step of a calibration.

    A step of its own defines `class_alias`, `spec` (its parameters, in configobj's words),
    `reference_file_types` and `prepare`, which returns a correction of blocks. A step
    that overrides `process` instead works on a whole model in memory.

    Parameters
    ----------
    name : str, optional
        Its name in messages; the class name when None.
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
    # the module whose PANELS a picture of the product shows, or "module:NAME" for another tuple of
    # `strun.quicklook.view.Panel`
    panels: ClassVar[str | None] = None
    # what the counts of its correction mean, the most important one first; all are listed if empty
    shares: ClassVar[tuple[Share, ...]] = ()
    # whether a pipeline chooses the references of this step before its first step runs
    prefetch_references: ClassVar[bool] = True
    spec = """
    pre_hooks          = list(default=list())       # Steps, functions or commands to run before it
    post_hooks         = list(default=list())       # Steps, functions or commands to run after it
    output_file        = output_file(default=None)  # Name of the product, before its suffix
    output_dir         = string(default=None)       # Folder of the product, made if missing
    output_ext         = string(default='.fits')    # Extension of the product
    output_use_model   = boolean(default=False)     # Name the product after meta.filename
    output_use_index   = boolean(default=True)      # Number the products when there are several
    save_results       = boolean(default=False)     # Save the result; strun does unless told not to
    skip               = boolean(default=False)     # Only record that the step was skipped
    suffix             = string(default=None)       # Suffix of the product
    search_output_file = boolean(default=True)      # Use the output_file of the parent step
    input_dir          = string(default=None)       # Folder of the input
    """

    # parameters that the framework itself reads
    pre_hooks: list[Any]
    post_hooks: list[Any]
    skip: bool

    def __init__(
        self,
        name: str | None = None,
        parent: Step | None = None,
        config_file: str | None = None,
        **parameters: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(name, parent, config_file, **parameters)
        if parent is None and self.skip and "skip" not in self.origins:
            # what a pipeline leaves out unless told otherwise was asked for when it is run alone
            self.skip = False
        self.references: dict[str, references.Choice] = {}
        self.counts: dict[str, Any] = {}

    @classmethod
    def _named(cls, name: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """Let the products of a step be named after the name that a call gave it."""
        suffix = {"suffix": name.lower()} if cls.product_suffix else {}
        return suffix | parameters

    # -- what a step of its own defines ---------------------------------------------------------

    def examine(self, model: JwstDataModel) -> None:
        """Refuse an exposure that the step should not be applied to, by raising InputError."""

    def require_available(self) -> None:
        """Refuse a step that can be named, and not be run, by raising InputError."""

    def derived(self, model: JwstDataModel) -> Sequence[Derived]:
        """Return the products of other kinds that the correction makes, the main one first."""
        return ()

    def other_files(self, model: JwstDataModel) -> Sequence[OtherFile]:
        """Return the files of other formats than FITS that are made of what is found out."""
        return ()

    def prepare(self, model: JwstDataModel) -> Correction | None:
        """
        Return the correction of an exposure, None when it is to be skipped.

        Only headers and references are to be looked at: no array of the model.
        """
        raise NotImplementedError(f"{type(self).__name__} defines neither prepare nor process")

    def effect_of(self, counts: Mapping[str, Any]) -> Effect:
        """Return what the step did, from what its correction counted."""
        return shares(counts, self.shares) if self.shares else listed(counts)

    def stages(self, model: JwstDataModel) -> Iterator[Stage]:
        """Yield the steps of a run on an exposure, ready, in order: only this one."""
        yield ready(self, model)

    def steps_for(self, model: JwstDataModel) -> Iterator[Step]:
        """Yield the steps of a run on an exposure, in order, skipped ones too: only this one."""
        yield self

    @property
    def handed_on(self) -> str | None:
        """A file that each exposure takes on from the one before, when there is one."""
        return None

    def process(self, *args: Any) -> Any:  # noqa: ANN401
        """Return the corrected model; `args` are what `run` was given."""
        model = self.prepare_input(inputs.first_of(self, args))
        inputs.require_samples(model)
        return run_stages(self, model, list(self.stages(model)))

    def saved_after(self, step: Step) -> str | None:
        """Return the suffix of a product that is to be saved after one of the steps."""
        return None

    @property
    def streams(self) -> bool:
        """Whether the step can correct a file block by block."""
        return self._runs_as(Step)

    def _runs_as(self, base: type[Step]) -> bool:
        """Whether nothing but the correction differs from what a base class does."""
        own = any(getattr(type(self), name) is not getattr(base, name) for name in _WHOLE)
        return not (own or self.pre_hooks or self.post_hooks)

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
        from strun.steps.running import run_in_memory

        return run_in_memory(self, *args)[0]

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
            `logcfg` a logging configuration; ``configure_log=False`` leaves the log alone.
            `refs`, `allow_mismatch`, `verify`, `checksum` and `durable` hold for the whole run,
            as for the constructor; see `RunOptions`.

        Returns
        -------
        JwstDataModel
            The result.
        """
        from strun.logs import names_of
        from strun.parameters.log_settings import during_call

        path, given = kwargs.pop("config_file", None), kwargs.pop("name", None)
        logcfg, wanted = kwargs.pop("logcfg", None), kwargs.pop("configure_log", True)
        options = {"takes_crds_pars": True} | taken_from(kwargs)
        with during_call(names_of(cls), logcfg=logcfg, wanted=wanted):
            said = config.read(os.fspath(path)) if path is not None else None
            sources = [("cfg", said.parameters)] if said else []
            name = given or (said.name if said else None)
            sources.append(("call", cls._named(given, kwargs) if given else kwargs))
            step = cls.configured(*sources, config_file=path, name=name, options=options)
            return step.run(*args)

    @classmethod
    def from_config_file(
        cls,
        config_file: str | os.PathLike[str],
        parent: Step | None = None,
        name: str | None = None,
    ) -> Step:
        """Return the step that a cfg file names (this class if none), with its parameters."""
        path = os.fspath(config_file)
        said = config.read(path)
        found = registry.named_by(said, default=cls)
        name = name or said.name or registry.stem(path)
        return found.configured(
            ("cfg", said.parameters), config_file=path, name=name, parent=parent
        )

    @staticmethod
    def from_cmdline(args: list[str]) -> Step:
        """Run a step as the command line does, in memory, and return the step."""
        return registry.command_line()(args)

    def finalize_result(self, result: Any, reference_files_used: list[tuple[str, str]]) -> None:  # noqa: ANN401
        """
        Set the keywords of software and references in a result, before it is saved.

        Parameters
        ----------
        result : object
            What `process` returned, or one of several; only a model of this package is changed.
        reference_files_used : list of tuple
            Kind and name of each reference.
        """
        from strun.datamodels.model import JwstDataModel
        from strun.provenance.keywords import set_keywords

        if isinstance(result, JwstDataModel) and not self.skip:
            crds = references.chosen_by_crds(self.references)
            names = dict(reference_files_used)
            set_keywords(result, "", alias=None, references=names, crds=crds)

    def prefetch(self, *args: Any) -> None:  # noqa: ANN401
        """Choose references before the work begins; a step alone does so anyway."""

    def record_of(
        self,
        model: JwstDataModel,
        *,
        source: str | None,
        product: str | None = None,
        file: FitsFile | None = None,
    ) -> Record:
        """
        Return the record of a run, for the header of a model.

        The path of the input, None when it was made in memory, is counted from the product. Its
        `file` is given while it is open: it may have been removed since then.
        """
        from strun.provenance.record import take

        return take(
            model.header("PRIMARY"),
            step=class_path(type(self)),
            parameters=self.said_parameters(),
            references={kind: choice.path for kind, choice in self.used_references().items()},
            source=source,
            product=product,
            opened=file.stat if file is not None else None,
            handed_on=self.handed_on,
        )
