"""Something that reads an exposure and names and saves products."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, ClassVar

from strun.steps import inputs, naming, saving
from strun.steps.reference_user import ReferenceUser

if TYPE_CHECKING:
    from strun.datamodels.model import JwstDataModel


class InputOutput(ReferenceUser):
    """
    What a step does with its input and its products.

    Attributes
    ----------
    opens_ramp : bool
        Whether the input is opened as the ramp that its header says: guider, superstripe or plain.
    product_suffix : str or None
        Suffix of the products, the step's name when None.
    input_dir : str
        Folder of the input: the parameter, else that of the file of this run.
    suffix : str or None
        Suffix of the products: the parameter, else that of this run.
    """

    product_suffix: ClassVar[str | None] = None
    opens_ramp: ClassVar[bool] = False

    # parameters that this reads
    output_file: str | None
    output_dir: str | None
    output_ext: str | None
    output_use_model: bool
    output_use_index: bool
    save_results: bool
    search_output_file: bool

    # what was said, before a run knows more
    _input_dir: str | None = None
    _suffix: str | None = None
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

    @property
    def suffix(self) -> str | None:
        """The suffix of the products; None before a run when nobody has said one."""
        if self._suffix is None and self.search_attr("_input") is not None:
            return self.default_suffix()
        return self._suffix

    @suffix.setter
    def suffix(self, suffix: str | None) -> None:
        self._suffix = suffix

    def open_input(self, init: Any) -> JwstDataModel:  # noqa: ANN401
        """Return the model that the step works on, for a file or a model of another kind."""
        if not self.opens_ramp:
            return inputs.open_exposure(init)
        from strun.datamodels.opening import open_ramp

        return open_ramp(init)

    def prepare_input(self, init: Any) -> Any:  # noqa: ANN401
        """Return the model to correct, as `open_input` opens it; a model given is copied."""
        if inputs.is_path(init):
            return inputs.named(self.open_input(inputs.input_path(self, init)), init)
        model = self.open_input(init)
        return model if init is self._own_input else self.prepare_output(model)

    def prepare_output(self, init: Any, make_copy: bool | None = None, **how: Any) -> Any:  # noqa: ANN401
        """Return the model to change: a file opened, or a copy of a model; see `inputs.prepare`."""
        return inputs.prepare(self, init, make_copy=make_copy, **how)

    def make_input_path(self, file_path: Any) -> Any:  # noqa: ANN401
        """Return a name without a folder as a path in `input_dir`, all else as it is."""
        if not isinstance(file_path, str) or os.path.dirname(file_path):
            return file_path
        return os.path.join(self.input_dir, file_path)

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
        inputs.set_primary(self, obj)
        self._named_by_user = self._input is not None

    def default_output_file(self, input_file: str | None = None) -> str:
        """Return what products are named after when there is no `output_file`."""
        if isinstance(input_file, str):
            return input_file
        return self.search_attr("_input") or f"step_{self.name}{self.output_ext or '.fits'}"

    def default_suffix(self) -> str:
        """Return the suffix of products when nobody says another."""
        return self.product_suffix or self._label

    def own_suffix(self) -> str:
        """Return the suffix of the step's products."""
        return self._suffix or self.default_suffix()

    @staticmethod
    def remove_suffix(name: str) -> tuple[str, str]:
        """Return a name without one known suffix, and the separator that stood before it."""
        return naming.without_suffix(name)

    def make_output_path(
        self,
        basepath: str | None = None,
        ext: str | None = None,
        suffix: str | bool | None = None,
        **components: Any,  # noqa: ANN401
    ) -> str:
        """Return the path of a product; see `saving.output_path`."""
        parts = tuple(components.values())
        return saving.output_path(self, basepath, ext=ext, suffix=suffix, components=parts)

    def save_model(
        self,
        model: Any,  # noqa: ANN401
        suffix: str | None = None,
        idx: int | None = None,
        output_file: str | None = None,
        force: bool = False,
        **components: Any,  # noqa: ANN401
    ) -> str | None:
        """
        Save a model under the name of a product, if that was asked for.

        Parameters
        ----------
        model : JwstDataModel
            What to save.
        suffix : str, optional
            In the place of the step's own.
        idx : int, optional
            Number in the name.
        output_file : str, optional
            In the place of the step's own.
        force : bool, optional
            Save it though neither `save_results` nor an output file asks for it.
        **components
            Further parts of the name.

        Returns
        -------
        str or None
            Where it was saved; None when it was not.
        """
        if not (force or output_file or saving.wanted(self)):
            return None
        parts = (idx, *components.values())
        return saving.save(self, model, output_file=output_file, suffix=suffix, components=parts)
