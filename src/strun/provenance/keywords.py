"""Keywords of jwst that say how a product was made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from strun import __version__
from strun.blockio.values import now

SOFTWARE = f"strun {__version__}"
REVISION = "RELEASE"


def set_keywords(
    model: Any,  # noqa: ANN401 - any object with a meta tree
    status: str,
    *,
    alias: str | None,
    references: Mapping[str, str],
    crds: tuple[str, str] | None = None,
) -> None:
    """
    Set the keywords of a product in a model's metadata: step status, references, software, date.

    The status, COMPLETE or SKIPPED, is that of the step of this `alias` in ``meta.cal_step``, None
    when it has no place there. Of a reference type R_<type> says ``crds://name``, a file name or
    ``N/A``. `crds` are context and software version, when CRDS chose a reference.
    """
    if alias is not None and hasattr(model.meta.cal_step, alias):
        setattr(model.meta.cal_step, alias, status)
    for kind, name in references.items():
        if hasattr(model.meta.ref_file, kind):
            getattr(model.meta.ref_file, kind).name = name
    if crds is not None:
        model.meta.ref_file.crds.context_used, model.meta.ref_file.crds.sw_version = crds
    model.meta.calibration_software_version = SOFTWARE
    model.meta.calibration_software_revision = REVISION
    model.meta.date = now()
    model.meta.model_type = type(model).__name__
