"""The dark_current step: the dark current is taken away."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from strun.blockio.tiles import Tile
from strun.datamodels.keywords import required
from strun.effects.effect import Effect
from strun.engine.correction import Correction
from strun.errors import InputError, ReferenceFileError
from strun.steps.readout import refuse_readout
from strun.steps.step import Step

if TYPE_CHECKING:
    from jwst.dark_current.correction import Average
    from jwst.dark_current.dark import Dark, Readout
    from strun.datamodels.covering import Flags
    from strun.datamodels.model import JwstDataModel
    from strun.datamodels.reference import ReferenceFileModel

log = logging.getLogger(__name__)


class DarkCurrentStep(Step):
    """
    Subtract the dark current, from the DARK reference file.

    Where groups of the exposure are means of frames, the dark's frames are averaged likewise; that
    of MIRI is another one in the first integrations. Flags of the dark are or-ed into PIXELDQ, and
    its average dark current goes into AVDRKCUR.
    """

    class_alias = "dark_current"
    opens_ramp = True
    cal_step = "dark_sub"
    product_suffix = "dark_current"
    panels = "jwst.panels:DARK_CURRENT"
    shares = (
        ("samples_negative", "samples", "below 0 after it"),
        ("pixels_flagged", "pixels", "flagged by it"),
    )
    spec = """
    dark_output          = output_file(default=None) # File for the dark as it was subtracted
    average_dark_current = float(default=None)       # Of all pixels, in electrons per second
    force                = boolean(default=False)    # Correct an exposure that is corrected already
    """
    reference_file_types = ["dark"]

    dark_output: str | None
    average_dark_current: float | None
    force: bool

    def effect_of(self, counts: Mapping[str, Any]) -> Effect:
        """Return the mean dark of the last groups in DN, and shares of samples and pixels."""
        if "last_dark" not in counts:
            return Effect(dict(counts), "", "")
        told, dark = super().effect_of(counts), counts["last_dark"]
        mean = f"a mean dark of {dark:.3g} DN subtracted from the last group"
        numbers = told.numbers | {"mean_dark_of_last_group": dark}
        return Effect(numbers, f"{mean}; {told.line}", f"dark {dark:.3g} DN")

    def examine(self, model: JwstDataModel) -> None:
        """Refuse an exposure that is corrected already (unless `force` is set), or superstripes."""
        refuse_readout(model, self.class_alias, "in superstripes")
        self.refuse_repetition(model, force=self.force)

    def prepare(self, model: JwstDataModel) -> Correction | None:
        """Return the dark of the exposure's groups, None when there is no reference."""
        from jwst.dark_current.correction import AverageCorrection, DarkCorrection
        from jwst.dark_current.dark import Dark
        from strun.datamodels.covering import flags_of, rows_of, same_window

        reference = self.open_reference(model, "dark", _kind(model))
        if reference is None:
            return None
        choice = self.references["dark"]
        window = same_window(model, reference)
        rows = rows_of(reference, "data", window)
        shape = model.shape
        assert shape is not None  # same_window has seen it
        science = _readout(model, shape[1], InputError)
        readout = _readout(reference, rows.shape[-3], ReferenceFileError)
        average = _average(self, model, reference)
        if readout.nframes > science.nframes or readout.groupgap > science.groupgap:
            log.warning(
                "%s: NFRAMES, GROUPGAP are %d, %d, more than the exposure's %d, %d: the step is "
                "skipped",
                choice.name,
                *readout[1:],
                *science[1:],
            )
            return None if average is None else AverageCorrection(average)
        flags = flags_of(reference, window)
        dark = Dark(rows, readout, science, nints=shape[0])
        _require_frames(dark, readout, choice.name)
        afterwards: list[Callable[[], None]] = []
        if dark.averaged and dark.integrations == 1 and choice.is_file:
            dark, keep = _kept(dark, choice.reference)
            afterwards += keep
        if self.dark_output is not None:
            afterwards.append(self._saving(model, reference, dark, flags))
        start = model.meta.exposure.integration_start
        return DarkCorrection(
            dark,
            flags,
            average,
            start=1 if start is None else start,
            nints=shape[0],
            afterwards=afterwards,
        )

    def _saving(
        self, model: JwstDataModel, reference: ReferenceFileModel, dark: Dark, flags: Flags
    ) -> Callable[[], None]:
        """Return what saves the dark as it is subtracted, in the place that was asked for."""
        from strun.steps.run_files import make_folder

        path = self.make_output_path(basepath=self.dark_output, suffix=False)
        if model.file is not None:
            self.refuse_overwriting(model.file.path, path)

        def save() -> None:
            from jwst.dark_current.dark import write_dark
            from strun.blockio.together import publish

            make_folder(path)
            header = _header(reference, dark, path)
            with publish(path, durable=self.run_options.durable) as fd:
                write_dark(fd, dark, primary=header, flags=flags, checksum=self.checksum)
            log.info("Saved the dark in %s", path)

        return save


def _kind(model: JwstDataModel) -> type[ReferenceFileModel]:
    from strun.datamodels.reference_models import DarkMIRIModel, DarkModel, DarkNirspecModel

    kinds = {"MIRI": DarkMIRIModel, "NIRSPEC": DarkNirspecModel}
    return kinds.get(str(model.meta.instrument.name), DarkModel)


def _readout(model: JwstDataModel, ngroups: int, error: type[Exception]) -> Readout:
    from jwst.dark_current.dark import Readout

    why = "frames of the dark are chosen by it"
    nframes = required(model, "meta.exposure.nframes", why, error=error)
    groupgap = required(model, "meta.exposure.groupgap", why, zero=True, error=error)
    return Readout(ngroups, nframes, groupgap)


def _require_frames(dark: Dark, readout: Readout, name: str) -> None:
    """Refuse a dark whose groups are too few to be averaged, or to be continued."""
    last = (dark.science.ngroups - 1) * (dark.science.nframes + dark.science.groupgap)
    if (dark.averaged and last >= dark.available) or (dark.available > dark.known < 2):
        raise ReferenceFileError(
            f"{name}: {readout.ngroups} groups of {readout.nframes} frames, too few for the "
            f"exposure's {dark.science.ngroups} of {dark.science.nframes}; give a longer dark"
        )
    if dark.available > dark.known:
        log.warning("%s is shorter than the exposure: its last two groups are continued", name)


def _average(
    step: DarkCurrentStep, model: JwstDataModel, reference: ReferenceFileModel
) -> Average | None:
    """Return the average dark current, None when that of the reference is of another shape."""
    from jwst.dark_current.correction import Average
    from strun.datamodels.covering import rows_of

    name = "average_dark_current"
    if step.average_dark_current is not None:
        return Average(None, step.average_dark_current)
    shape = reference.array_shape(name)
    if shape is not None:
        window = Tile(slice(0, shape[0]), slice(0, shape[1]))
        rows = rows_of(reference, name, window)
        if rows.read(window).sum() != 0:
            if model.has_array(name) and model.array_shape(name) == shape:
                return Average(rows)
            # as in jwst, also when the exposure has none yet
            log.warning("AVDRKCUR of the DARK reference is not of the exposure's: it is not used")
            return None
    header = reference.header("PRIMARY")
    value = None if header is None else header.get("AVDRKCUR")
    value = getattr(reference.meta.exposure, name, None) if value is None else value
    return Average(None, float(value) if isinstance(value, int | float) else 0.0)


def _kept(dark: Dark, path: str) -> tuple[Dark, list[Callable[[], None]]]:
    """Return an averaged dark that an earlier run has kept, or what keeps it after this one."""
    from functools import partial

    from jwst.dark_current.dark import Dark, write_dark
    from strun.blockio.rows import FileRows
    from strun.references.reference_cache import find_prepared, keep_prepared

    science = dark.science
    key = f"dark-{science.nframes}-{science.groupgap}-{science.ngroups}"
    file = find_prepared(path, key)
    hdu = file.find("SCI") if file is not None else None
    if file is None or hdu is None or hdu.shape != dark.shape:
        write = partial(write_dark, dark=dark.own(), checksum=True)
        return dark, [partial(keep_prepared, path, key, write)]
    log.info("Using the dark that was averaged before: %s", file.path)
    ny, nx = hdu.shape[-2:]
    rows = FileRows(file, hdu, window=Tile(slice(0, ny), slice(0, nx)), dtype="float32")
    return Dark(rows, science, science, nints=1), []


def _header(reference: ReferenceFileModel, dark: Dark, path: str) -> Any:  # noqa: ANN401
    """Return the primary header of a saved dark: the reference's, with the new groups."""
    import os

    from strun.blockio.values import now
    from strun.provenance.keywords import SOFTWARE

    # of the averaged dark, jwst does not say the integrations
    header = reference.parts()[0].header.without(frozenset({"CHECKSUM", "DATASUM", "NINTS"}))
    science = dark.science
    for keyword, value in (
        ("NFRAMES", science.nframes),
        ("NGROUPS", dark.shape[-3]),
        ("GROUPGAP", science.groupgap),
        ("FILENAME", os.path.basename(path)),
        ("DATE", now()),
        ("DATAMODL", type(reference).__name__),
        ("CAL_VER", SOFTWARE),
    ):
        header.set(keyword, value)
    return header
