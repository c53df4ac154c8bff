"""Something whose work needs references: how they are found, opened and recorded."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from strun.datamodels.keywords import table
from strun.errors import InputError, ReferenceFileError, ReferenceNotFoundError
from strun.logs import get_logger
from strun.parameters.spec import OVERRIDE
from strun.references import references
from strun.references.fitting import check_fits
from strun.references.references import Choice
from strun.steps.inputs import ExposureReader, is_path

if TYPE_CHECKING:
    from strun.blockio.rows import Rows
    from strun.datamodels.model import JwstDataModel
    from strun.datamodels.reference import ReferenceFileModel

    Reference = TypeVar("Reference", bound=ReferenceFileModel)


class ReferenceUser(ExposureReader):
    """
    What a step does with references.

    Attributes
    ----------
    reference_file_types : list of str
        Their kinds in lower case.
    references : dict
        Kind to what was chosen in this run.
    cal_step : str or None
        Its name in ``meta.cal_step``, when that is not its alias.
    """

    reference_file_types: ClassVar[list[str]] = []
    cal_step: ClassVar[str | None] = None
    skip: bool = False

    references: dict[str, Choice]

    @property
    def status_name(self) -> str | None:
        """Name in ``meta.cal_step``; one that is switched off goes by its alias, as in jwst."""
        return self.class_alias if self.skip or self.cal_step is None else self.cal_step

    def asked_references(self, model: JwstDataModel) -> list[str]:
        """Return the kinds of references that an exposure needs: those of others stay unsaid."""
        return self.reference_file_types

    @property
    def refs_folder(self) -> str | None:
        """The folder or pack that is asked in the place of CRDS, None when there is none."""
        return self.run_options.refs or os.environ.get("STRUN_REFS")

    def used_references(self) -> dict[str, Choice]:
        """Return what was chosen in this run, by kind."""
        return dict(self.references)

    def get_ref_override(self, reference_file_type: str) -> Any:  # noqa: ANN401
        """Return what the user gave as a reference: a path, a model, ``N/A``, '' or None."""
        override = self.search_attr(OVERRIDE + reference_file_type)
        if isinstance(override, os.PathLike):
            # of a kind that the step does not name beforehand
            override = os.fspath(override)
        if not isinstance(override, str) or override.strip() in ("", references.NOT_APPLICABLE):
            return override
        return os.path.abspath(override)

    def get_reference_file(self, input_file: Any, reference_file_type: str) -> Any:  # noqa: ANN401
        """
        Return the path of a reference, a model that was given for it, or ``N/A``.

        ReferenceNotFoundError is raised when there is none, with the ways to give one.
        """
        try:
            choice = references.choose(
                reference_file_type,
                self.get_ref_override(reference_file_type),
                lambda: self._crds_parameters(input_file),
                folder=self.refs_folder,
            ).noted()
        except ReferenceNotFoundError as err:
            if self.parent is not None:
                # the option of a step in a pipeline has its name before it
                text = str(err.args[0])
                err.args = (text.replace("--override_", f"--steps.{self.name}.override_"),)
            raise
        self.references[reference_file_type] = choice
        return choice.reference

    def _crds_parameters(self, source: Any) -> dict[str, Any]:  # noqa: ANN401
        model = self.open_model(source) if is_path(source) else source
        parameters: dict[str, Any] = model.get_crds_parameters()
        file = getattr(model, "file", None)
        # the model has the name of its product by now
        return parameters | ({"meta.filename": os.path.basename(file.path)} if file else {})

    def open_reference(
        self, model: JwstDataModel, reftype: str, kind: type[Reference], *, needed: bool = True
    ) -> Reference | None:
        """
        Return the model of a reference that fits the exposure, None when there is none (N/A).

        That it is `needed` means that the step is skipped without it, which is warned of.
        """
        if reftype not in self.references:
            self.get_reference_file(model, reftype)
        choice, log = self.references[reftype], get_logger(type(self).__module__)
        if choice.reference in ("", references.NOT_APPLICABLE):
            if needed:
                log.warning(
                    "No %s reference for this exposure: the step is skipped", reftype.upper()
                )
            return None
        if choice.is_file:
            self.verify_file(choice.reference)
        reference = references.open_reference(choice, kind, reftype=reftype)
        check_fits(model, reference, name=choice.name, allow=self.allow_mismatch)
        log.info("Using %s reference file %s", reftype.upper(), choice.name)
        return reference

    def open_image(
        self,
        model: JwstDataModel,
        reftype: str,
        kind: type[ReferenceFileModel],
        array: str = "data",
    ) -> tuple[Rows, ReferenceFileModel]:
        """
        Return the part of a reference's image that covers an exposure, and the reference.

        ReferenceFileError is raised when the step, which needs it, is told to go without it.
        """
        from strun.datamodels.covering import covering_window, rows_of

        reference = self.open_reference(model, reftype, kind, needed=False)
        if reference is None:
            raise ReferenceFileError(
                f"{self.class_alias} needs a {reftype.upper()} reference, and N/A was chosen; give "
                f"{self.option(f'override_{reftype}')} FILE, or {self.option('skip')}"
            )
        rows = rows_of(reference, array, covering_window(model, reference, array=array))
        return rows, reference

    def refuse_repetition(self, model: JwstDataModel, *, force: bool) -> None:
        """Refuse an exposure that the step has corrected already, unless told to `force` it."""
        alias = self.cal_step or self.class_alias
        if force or getattr(model.meta.cal_step, str(alias)) != "COMPLETE":
            return
        keyword = table().by_path[f"meta.cal_step.{alias}"].keyword
        raise InputError(
            f"{model.label}: {keyword} is COMPLETE, it is corrected already; "
            f"use the input of that run, or {self.option('force')} to correct it twice"
        )

    def stamp(self, model: Any, status: str) -> None:  # noqa: ANN401
        """Set the keywords of a product in a model."""
        from strun.provenance.keywords import set_keywords

        names = {kind: choice.name for kind, choice in self.references.items()}
        for kind in self.asked_references(model):
            names.setdefault(kind, references.NOT_APPLICABLE)
        crds = references.chosen_by_crds(self.references)
        set_keywords(model, status, alias=self.status_name, references=names, crds=crds)

    def _would_ask_crds(self) -> bool:
        """Whether a reference would be looked up in CRDS: only then it is asked at all."""
        given = (self.get_ref_override(kind) is not None for kind in self.reference_file_types)
        return not (self.refs_folder or all(given))

    def wants_crds_parameters(self) -> bool:
        """Return whether CRDS is to be asked for parameters of the step, or of a pipeline's."""
        if not self.takes_crds_pars or self.parent is not None:
            return False
        if not any(each._would_ask_crds() for each in self.substeps.values() or (self,)):
            return False
        from strun.references import crds_setup

        return not crds_setup.parameters_disabled() and crds_setup.missing_setup() is None

    def take_crds_parameters(self, model: JwstDataModel) -> None:
        """Take the parameters that CRDS has for an exposure, where nobody set others."""
        if self.wants_crds_parameters():
            parameters = self._crds_parameters(model)
            found = self.get_config_from_reference(parameters, crds_observatory="jwst")
            self.update_pars(found, origin="CRDS", weaker=True)
