"""The ipc step: signal that leaked into neighbouring pixels is put back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strun.datamodels.subarray import FULL_FRAME, border_of
from strun.engine.correction import Correction
from strun.errors import InputError, ReferenceFileError
from strun.steps.step import Step

if TYPE_CHECKING:
    from jwst.ipc.correction import Active
    from strun.datamodels.model import JwstDataModel
    from strun.datamodels.reference_models import IPCModel


class IPCStep(Step):
    """
    Take the interpixel capacitance out of the samples.

    Every group is convolved with the kernel of the IPC reference file. Reference pixels at the
    border of the detector are neither used nor changed.
    """

    class_alias = "ipc"
    opens_ramp = True
    product_suffix = "ipc"
    panels = "jwst.panels:IPC"
    shares = (("samples_convolved", "samples", "convolved"),)
    spec = """
    force = boolean(default=False)  # Correct an exposure that says it is corrected already
    """
    reference_file_types = ["ipc"]

    force: bool

    def examine(self, model: JwstDataModel) -> None:
        """Refuse an exposure that is corrected already (unless `force` is set), or IRS2."""
        self.refuse_repetition(model, force=self.force)
        shape = model.shape
        if shape is not None and max(shape[-2:]) > max(FULL_FRAME):
            raise InputError(
                f"{model.label}: is read out by IRS2, whose reference "
                "pixels lie among the others; ipc does not know them yet, use jwst for it"
            )

    def prepare(self, model: JwstDataModel) -> Correction | None:
        """Return the kernel of the exposure's pixels, None when there is no reference."""
        from jwst.ipc.correction import IPCCorrection
        from strun.datamodels.covering import covering_window, rows_of
        from strun.datamodels.reference_models import IPCModel

        reference = self.open_reference(model, "ipc", IPCModel)
        if reference is None:
            return None
        name = self.references["ipc"].name
        shape = _require_kernel(reference, name)
        active = _active(model)
        if len(shape) == 2:
            return IPCCorrection(reference.data, active)
        kernels = rows_of(reference, "data", covering_window(model, reference, array="data"))
        return IPCCorrection(kernels, active)


def _require_kernel(reference: IPCModel, name: str) -> tuple[int, ...]:
    shape = reference.array_shape("data")
    if shape is None:
        raise ReferenceFileError(f"{name}: no SCI extension; is it an ipc reference?")
    if len(shape) not in (2, 4) or 0 in shape:
        raise ReferenceFileError(
            f"{name}: SCI is {shape}, expected a kernel (rows, columns) or kernels (kernel rows, "
            "kernel columns, rows, columns)"
        )
    return shape


def _active(model: JwstDataModel) -> Active:
    """Return the part of an exposure that lies within the border of reference pixels."""
    from jwst.ipc.correction import Active

    rows, columns = border_of(model)
    assert model.shape is not None  # the exposure has been opened
    ny, nx = model.shape[-2:]
    return Active(slice(rows[0], ny - rows[1]), slice(columns[0], nx - columns[1]))
