"""Where the results of a step go, and that they get there without harm to other files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from strun.blockio.source import identity
from strun.blockio.together import publish
from strun.errors import OutputError, StrunError
from strun.logs import get_logger
from strun.steps import naming
from strun.steps.run_files import taken

if TYPE_CHECKING:
    from strun.steps.configurable import Configurable
    from strun.steps.input_output import InputOutput
    from strun.steps.other_files import OtherFile

log = get_logger("stpipe.step")


def wanted(step: InputOutput) -> bool:
    """Return whether results are to be saved: when asked to, or when given a name for them."""
    if step.save_results:
        return True
    return step.output_file is not None and "save_results" not in step.origins


def wanted_from_shell(step: InputOutput) -> bool:
    """Return whether a command saves results: unless the step is told not to."""
    return step.save_results or "save_results" not in step.origins


def make_folder(path: str) -> None:
    """
    Make the folder of a product.

    Raises
    ------
    OutputError
        When it cannot be made.
    """
    folder = os.path.dirname(path)
    if folder:
        try:
            os.makedirs(folder, exist_ok=True)
        except OSError as err:
            raise OutputError(
                f"{folder}: the output folder cannot be made: {err.strerror}; choose another "
                "--output_dir"
            ) from err


def output_path(
    step: InputOutput,
    basepath: str | None = None,
    *,
    ext: str | None = None,
    suffix: str | bool | None = None,
    components: tuple[Any, ...] = (),
    folder: str | None = None,
) -> str:
    """
    Return the path of a product.

    Parameters
    ----------
    step : InputOutput
        Gives what the others do not.
    basepath : str, optional
        `output_file`, or the input, when None.
    ext : str, optional
        `output_ext` when None.
    suffix : str or False, optional
        The step's own when None; False puts none.
    components : tuple, optional
        Further parts of the name; None is left out.
    folder : str, optional
        Where it goes when there is no `output_dir`; that of `output_file` when that is the name.

    Raises
    ------
    OutputError
        When no file can have that name.
    """
    base = basepath
    if base is None and step.search_output_file:
        base = step.search_attr("output_file")
        folder = os.path.dirname(base or "")
    base = base or step.default_output_file()
    if suffix is None:
        suffix = step.own_suffix()
    extension = ext if ext is not None else step.output_ext
    for word, text in (("suffix", suffix), ("output_ext", extension)):
        if isinstance(text, str) and "/" in text:
            raise OutputError(f"{word} {text}: is part of a name; --output_dir says the folder")
    path = naming.product_name(
        base,
        suffix=suffix if isinstance(suffix, str) else None,
        extension=extension,
        folder=step.search_attr("output_dir") or folder,
        components=tuple(str(each) for each in components if each is not None),
    )
    if "\0" in path:
        raise OutputError(f"{path!r}: cannot be a file name (null character); give another name")
    return path


def _base(step: InputOutput, model: Any, output_file: str | None = None) -> str | None:  # noqa: ANN401
    """Return what a model's product is named after, None for the input."""
    asked = output_file or step.output_file
    if named_after_model(step, asked):
        named: str | None = getattr(model.meta, "filename", None)
        return named
    return asked or None


def named_after_model(step: InputOutput, asked: str | None) -> bool:
    """Return whether each product has the name of its model, unless a name was `asked` for."""
    return step.output_use_model or (asked is None and not step.search_output_file)


def product_path(
    step: InputOutput,
    model: Any,  # noqa: ANN401
    *,
    output_file: str | None = None,
    suffix: str | None = None,
    components: tuple[Any, ...] = (),
) -> str:
    """
    Return the path of a model's product.

    Raises
    ------
    OutputError
        When its name promises another kind of file than FITS. Models that are not this package's
        write what they like.
    """
    from strun.datamodels.model import JwstDataModel

    base = _base(step, model, output_file)
    asked = output_file or step.output_file
    folder = os.path.dirname(asked) if asked and base == asked else None
    path = output_path(step, base, suffix=suffix, components=components, folder=folder)
    extension = os.path.splitext(path)[1]
    if extension.lower() != ".fits" and isinstance(model, JwstDataModel):
        said = f"output_ext {step.output_ext}" if step.output_ext else f"{path}: {extension}"
        raise OutputError(f"{said}: products are plain FITS; give --output_ext .fits")
    return path


def _used(step: InputOutput, source: str | None) -> Iterator[tuple[str, str]]:
    """Yield what a step reads, or may read: in a word, and its path."""
    if source is not None:
        yield "input", source
    for choice in step.used_references().values():
        if isinstance(choice.reference, str):
            yield "reference", choice.reference
    yield from _read_files(step)


def _read_files(step: Configurable, above: str = "") -> Iterator[tuple[str, str]]:
    """Yield the texts among the parameters of a step and its parts, which may be files."""
    parts = step.substeps
    for name, parameter in step.parameters.items():
        if not parameter.check or parameter.is_written or (parts and name.startswith("steps.")):
            continue
        value = step.value_of(name)
        if isinstance(value, str):
            yield "reference" if parameter.is_override else above + name, value
    for key, part in parts.items():
        yield from _read_files(part, f"{above}steps.{key}.")


def refuse_overwriting(
    step: InputOutput, source: str | None, target: str, *, replaces: str | None = None
) -> None:
    """
    Make sure that a product does not take the place of anything else that the run has to do with.

    Parameters
    ----------
    step : InputOutput
        With its parameters.
    source : str or None
        The input.
    target : str
        The product.
    replaces : str, optional
        A parameter, without its sections, whose file may be replaced.

    Raises
    ------
    OutputError
        When it would, by name or by a link.
    """
    older = identity(target)
    for word, path in _used(step, source) if older else ():
        if identity(path) == older and not _names(word, replaces):
            raise OutputError(
                f"{target}: the product would overwrite the {word} {path}; give --suffix, "
                "--output_file or --output_dir"
            )
    files = (file for file in step.run_options.kept if not _names(file.what, replaces))
    kept = taken(target, files)
    if kept is not None:
        raise OutputError(
            f"{target}: the product would take the place of {kept.what}; give --suffix, "
            "--output_file or --output_dir"
        )


def _names(what: str, parameter: str | None) -> bool:
    """Return whether a file is that of a parameter, perhaps of a step of a pipeline."""
    return parameter is not None and what.removeprefix("the ").rpartition(".")[2] == parameter


def warn_of_other_input(source: str, target: str) -> None:
    """Tell that a product takes the place of one whose record says that it had another input."""
    from strun.blockio.source import primary_header
    from strun.provenance.record import INPUT, decoded

    if not os.path.exists(target):
        return
    try:
        made_from = primary_header(target).get(INPUT)
    except (StrunError, OSError):
        # what is there is no product
        return
    if not isinstance(made_from, str):
        return
    made_from = decoded(made_from)
    old = os.path.join(os.path.dirname(target), made_from)
    if os.path.basename(old) == os.path.basename(source) and (
        identity(old) in (None, identity(source))
    ):
        return
    log.warning("%s was made from %s; the product of %s replaces it", target, made_from, source)


def save_other(step: InputOutput, file: OtherFile) -> None:
    """
    Save a file of another format than FITS, made of a model in memory.

    Raises
    ------
    OutputError
        When it cannot be written there.
    """
    refuse_overwriting(step, None, file.path, replaces=file.replaces)
    make_folder(file.path)
    with publish(file.path, durable=step.run_options.durable) as fd:
        file.write(fd)
    log.info("Saved %s", file.path)


def save(
    step: InputOutput,
    model: Any,  # noqa: ANN401
    *,
    source: str | None = None,
    output_file: str | None = None,
    suffix: str | None = None,
    components: tuple[Any, ...] = (),
) -> str:
    """
    Save a model under the name of a product and return its path.

    Raises
    ------
    OutputError
        When it cannot be written there, or would overwrite what it was made from.
    """
    from strun.datamodels.model import JwstDataModel
    from strun.provenance.record import keep_own

    path = product_path(step, model, output_file=output_file, suffix=suffix, components=components)
    refuse_overwriting(step, source, path)
    if source is not None:
        warn_of_other_input(source, path)
    make_folder(path)
    if isinstance(model, JwstDataModel):
        keep_own(model)
    options = step.run_options
    asked_for = {"checksum": options.checksum, "durable": options.durable}
    # a model that is only like ours may know none of these
    model.save(path, **{name: True for name, wanted in asked_for.items() if wanted})
    log.info("Saved model in %s", path)
    return path
