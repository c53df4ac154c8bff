"""Which part of a reference model covers an exposure."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeAlias

from jwst.datamodels.stripe_cut import StripeCut, cut_stripes
from jwst.datamodels.stripes import Stripes
from jwst.datamodels.subarray import Cut, Window, cut_window, full_frame
from jwst.errors import InputError, ReferenceFileError

if TYPE_CHECKING:
    from jwst.datamodels.model import JwstDataModel

__all__ = ["AnyCut", "match", "stripes_of", "window_of"]

AnyCut: TypeAlias = Cut | StripeCut


def window_of(model: JwstDataModel) -> Window:
    """
    Return the part of a detector that a model holds, by its header and its main array.

    Raises
    ------
    InputError
        When the model has no main array of two or more axes.
    """
    path = model.file.path if model.file is not None else model.meta.filename
    name = os.path.basename(path or type(model).__name__)
    shape = model.shape
    if shape is None or len(shape) < 2:
        raise InputError(
            f"{name} has no array {model.get_primary_array_name()!r}; expected one of two or more "
            "axes"
        )
    where = model.meta.subarray
    return Window(
        tuple(shape),
        xstart=where.xstart,
        ystart=where.ystart,
        xsize=where.xsize,
        ysize=where.ysize,
        name=name,
    )


def stripes_of(model: JwstDataModel) -> Stripes | None:
    """Return how an exposure was read out in stripes, None when it was not."""
    where = model.meta.subarray
    if where.multistripe_reads1 is None and not where.num_superstripe:
        return None
    return Stripes(
        fastaxis=where.fastaxis or 0,
        slowaxis=where.slowaxis or 0,
        reads1=where.multistripe_reads1 or 0,
        skips1=where.multistripe_skips1 or 0,
        reads2=where.multistripe_reads2 or 0,
        skips2=where.multistripe_skips2 or 0,
        repeat=where.repeat_stripe or 0,
        interleave=where.interleave_reads1 or 0,
        step=where.superstripe_step or 0,
        count=where.num_superstripe or 0,
        subarray=where.name or "",
    )


def match(science: JwstDataModel, reference: JwstDataModel) -> AnyCut:
    """
    Find the part of a reference that covers an exposure.

    Parameters
    ----------
    science : JwstDataModel
        The exposure; its arrays are not read.
    reference : JwstDataModel
        The reference; its arrays are not read.

    Returns
    -------
    Cut or StripeCut
        Their `take` cuts arrays of the reference; their `warnings` are for the user.

    Raises
    ------
    InputError
        When the exposure's keywords are missing or impossible.
    ReferenceFileError
        When the reference's are, or when it does not cover the exposure.
    """
    sky = window_of(science)
    try:
        known = window_of(reference)
    except InputError as err:
        raise ReferenceFileError(str(err)) from err
    stripes = stripes_of(science)
    same = (sky.xstart, sky.ystart) == (known.xstart, known.ystart)
    same = same and sky.shape[-2:] == known.shape[-2:]
    if stripes is None or (same and not stripes.count):
        return cut_window(sky, known, frame=full_frame(reference.meta.instrument.name))
    return cut_stripes(stripes, sky, reference=known)
