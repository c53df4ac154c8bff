"""The names of products."""

from __future__ import annotations

import os

from jwst.errors import OutputError
from jwst.stpipe.suffixes import KNOWN

__all__ = ["product_path", "refuse_input", "remove_suffix"]

_PACKED = (".gz", ".bz2", ".Z", ".xz")


def remove_suffix(root: str) -> tuple[str, str]:
    """
    Take a known suffix off the end of a name.

    Parameters
    ----------
    root : str
        A file's name without folder and extension.

    Returns
    -------
    root : str
        The name without the suffix; one is taken off, not more.
    separator : str
        What stood before it: ``_`` or ``-``; ``_`` when there was none.
    """
    for number in range(1, len(root)):
        if root[number] in "_-" and root[number + 1 :] in KNOWN:
            return root[:number], root[number]
    return root, "_"


def _split(name: str) -> tuple[str, str]:
    root, ext = os.path.splitext(name)
    if ext in _PACKED and os.path.splitext(root)[1]:
        # a packed input gives a plain product: x.fits.gz is x and .fits
        root, ext = os.path.splitext(root)
    return root, ext


def product_path(
    basepath: str,
    *,
    suffix: str | None,
    ext: str | None,
    output_dir: str | None = None,
    components: tuple[object, ...] = (),
) -> str:
    """
    Build the path of a product.

    Parameters
    ----------
    basepath : str
        The input's name, or the one that was asked for. Its folder is not used.
    suffix : str or None
        What the product is: put in place of a known suffix of the base. None: none is put.
    ext : str or None
        Extension, with or without a dot; None: that of the base.
    output_dir : str or None, optional
        Folder; ``~`` and ``$VAR`` are expanded. None: the current one.
    components : tuple, optional
        Words between the base and the suffix; None among them are left out.

    Returns
    -------
    str
        ``<output_dir>/<base>[_<component>...]_<suffix>.<ext>``
    """
    root, base_ext = _split(os.path.basename(basepath))
    ext = (ext if ext is not None else base_ext) or ".fits"
    ext = ext.removeprefix(".")
    end = ""
    if suffix is not None:
        root, separator = remove_suffix(root)
        end = separator + suffix
    middle = "".join(f"_{each}" for each in components if each is not None)
    folder = os.path.expandvars(os.path.expanduser(output_dir or ""))
    return os.path.join(folder, f"{root}{middle}{end}.{ext}")


def refuse_input(product: str, source: str) -> None:
    """
    Make sure that a product does not take the place of its own input.

    Parameters
    ----------
    product, source : str
        Paths, also of links.

    Raises
    ------
    OutputError
        When both are one file.
    """
    if os.path.exists(product) and os.path.exists(source) and os.path.samefile(product, source):
        raise OutputError(
            f"{product}: the product would overwrite its input {source}; "
            "give another --suffix, --output_file or --output_dir"
        )
