"""Where the results of a step go, and that they get there without harm to other files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, ClassVar

from strun.blockio.together import publish
from strun.errors import OutputError
from strun.logs import get_logger
from strun.steps import naming, run_files
from strun.steps.reference_user import ReferenceUser

log = get_logger("stpipe.step")


class ProductSaver(ReferenceUser):
    """
    What a step does with its products.

    Attributes
    ----------
    product_suffix : str or None
        Suffix of the products, the step's name when None.
    suffix : str or None
        Suffix of the products: the parameter, else that of this run.
    """

    product_suffix: ClassVar[str | None] = None

    # parameters that this reads
    output_file: str | None
    output_dir: str | None
    output_ext: str | None
    output_use_model: bool
    output_use_index: bool
    save_results: bool
    search_output_file: bool

    # what was said, before a run knows more
    _suffix: str | None = None

    @property
    def suffix(self) -> str | None:
        """The suffix of the products; None before a run when nobody has said one."""
        if self._suffix is None and self.search_attr("_input") is not None:
            return self.default_suffix()
        return self._suffix

    @suffix.setter
    def suffix(self, suffix: str | None) -> None:
        self._suffix = suffix

    def default_output_file(self, input_file: str | None = None) -> str:
        """Return what products are named after when there is no `output_file`."""
        if isinstance(input_file, str):
            return input_file
        return self.search_attr("_input") or f"step_{self.name}{self.output_ext or '.fits'}"

    def default_suffix(self) -> str:
        """Return the suffix of products when nobody says another."""
        return self.product_suffix or self._label

    @staticmethod
    def remove_suffix(name: str) -> tuple[str, str]:
        """Return a name without one known suffix, and the separator that stood before it."""
        return naming.without_suffix(name)

    @property
    def saves(self) -> bool:
        """Whether results are to be saved: when asked to, or when given a name for them."""
        named = self.output_file is not None and "save_results" not in self.origins
        return self.save_results or named

    @property
    def saves_from_shell(self) -> bool:
        """Whether a command saves results: unless the step is told not to."""
        return self.save_results or "save_results" not in self.origins

    def make_output_path(
        self,
        basepath: str | None = None,
        ext: str | None = None,
        suffix: str | bool | None = None,
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
        suffix : str or False, optional
            The step's own when None; False puts none.
        **components
            Further parts of the name; None is left out.

        Raises
        ------
        OutputError
            When no file can have that name.
        """
        return self._output_path(basepath, ext, suffix, tuple(components.values()))

    def _output_path(
        self,
        base: str | None,
        ext: str | None,
        suffix: str | bool | None,
        components: tuple[Any, ...],
        folder: str | None = None,
    ) -> str:
        """Return the path of a product, in a folder when there is no `output_dir`."""
        if base is None and self.search_output_file:
            base = self.search_attr("output_file")
            folder = os.path.dirname(base or "")
        base = base or self.default_output_file()
        if suffix is None:
            suffix = self._suffix or self.default_suffix()
        extension = ext if ext is not None else self.output_ext
        for word, text in (("suffix", suffix), ("output_ext", extension)):
            if isinstance(text, str) and "/" in text:
                raise OutputError(f"{word} {text}: is part of a name; --output_dir says the folder")
        path = naming.product_name(
            base,
            suffix=suffix if isinstance(suffix, str) else None,
            extension=extension,
            folder=self.search_attr("output_dir") or folder,
            components=tuple(str(each) for each in components if each is not None),
        )
        if "\0" in path:
            text = "cannot be a file name (null character); give another name"
            raise OutputError(f"{path!r}: {text}")
        return path

    def named_after_model(self, asked: str | None) -> bool:
        """Return whether each product has the name of its model, unless a name was `asked` for."""
        return self.output_use_model or (asked is None and not self.search_output_file)

    def locate_product(
        self,
        model: Any,  # noqa: ANN401
        *,
        output_file: str | None = None,
        suffix: str | None = None,
        components: tuple[Any, ...] = (),
    ) -> str:
        """
        Return the path of a model's product.

        OutputError is raised when its name promises another kind of file than FITS. Models that are
        not this package's write what they like.
        """
        asked = output_file or self.output_file
        from strun.datamodels.model import JwstDataModel

        after_model = self.named_after_model(asked)
        # None for the input
        base = getattr(model.meta, "filename", None) if after_model else asked or None
        folder = os.path.dirname(asked) if asked and base == asked else None
        path = self._output_path(base, None, suffix, components, folder)
        extension = os.path.splitext(path)[1]
        if extension.lower() != ".fits" and isinstance(model, JwstDataModel):
            said = f"output_ext {self.output_ext}" if self.output_ext else f"{path}: {extension}"
            raise OutputError(f"{said}: products are plain FITS; give --output_ext .fits")
        return path

    def _used(self, source: str | None) -> Iterator[tuple[str, str]]:
        """Yield what the step reads, or may read: in a word, and its path."""
        if source is not None:
            yield "input", source
        for choice in self.used_references().values():
            if isinstance(choice.reference, str):
                yield "reference", choice.reference
        yield from self.read_files()

    def refuse_overwriting(
        self, source: str | None, target: str, *, replaces: str | None = None
    ) -> None:
        """
        Make sure that a product takes the place of nothing else that the run has to do with.

        OutputError is raised when it would, by name or by a link. `source` is the input; `replaces`
        a parameter, without its sections, whose file may be replaced.
        """
        run_files.refuse_overwriting(target, self._used(source), self.run_options.kept, replaces)

    def save_other(self, file: run_files.OtherFile) -> None:
        """Save a file of another format than FITS, made of a model in memory."""
        self.refuse_overwriting(None, file.path, replaces=file.replaces)
        run_files.make_folder(file.path)
        with publish(file.path, durable=self.run_options.durable) as fd:
            file.write(fd)
        log.info("Saved %s", file.path)

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

        Raises
        ------
        OutputError
            When it cannot be written there, or would overwrite what it was made from.
        """
        if not (force or output_file or self.saves):
            return None
        parts = (idx, *components.values())
        return self._save(model, output_file=output_file, suffix=suffix, components=parts)

    def _save(
        self,
        model: Any,  # noqa: ANN401
        *,
        source: str | None = None,
        output_file: str | None = None,
        suffix: str | None = None,
        components: tuple[Any, ...] = (),
    ) -> str:
        """Save a model, made from the file `source` if any, and return its path."""
        from strun.datamodels.model import JwstDataModel
        from strun.provenance.record import keep_own

        path = self.locate_product(
            model, output_file=output_file, suffix=suffix, components=components
        )
        self.refuse_overwriting(source, path)
        if source is not None:
            run_files.warn_of_other_input(source, path)
        run_files.make_folder(path)
        if isinstance(model, JwstDataModel):
            keep_own(model)
        options = self.run_options
        asked_for = {"checksum": options.checksum, "durable": options.durable}
        # a model that is only like ours may know none of these
        model.save(path, **{name: True for name, wanted in asked_for.items() if wanted})
        log.info("Saved model in %s", path)
        return path
