"""What is written on a picture."""

from __future__ import annotations

from textwrap import wrap

from strun.quicklook.reduce import Cells
from strun.quicklook.source import Source

# characters of a line over the whole page
_WIDEST = 170
_OPTICS = ("filter", "pupil", "grating", "channel", "band")


def heading(source: Source) -> str:
    """Return target, instrument, optics, kind of exposure, and below them the file."""
    meta = source.meta
    optics = [getattr(meta.instrument, name) for name in _OPTICS]
    parts = [
        meta.target.catalog_name or meta.target.proposer_name,
        " ".join(str(p) for p in (meta.instrument.name, meta.instrument.detector) if p),
        " ".join(str(o) for o in optics if o and o != "N/A"),
        " ".join(str(p) for p in (meta.exposure.type, meta.subarray.name) if p),
    ]
    return f"{'   '.join(part for part in parts if part)}\n{_file_and_steps(source)}"


def _file_and_steps(source: Source) -> str:
    """Return the file and the steps by what became of them, in as many lines as are needed."""
    steps: dict[str, list[str]] = {}
    for name, status in source.meta.cal_step.instance.items():
        if isinstance(status, str):
            steps.setdefault(status.lower(), []).append(name)
    done = "; ".join(f"{status}: {', '.join(names)}" for status, names in sorted(steps.items()))
    text = f"{source.name}   ({done})" if done else source.name
    return "\n".join(wrap(text, _WIDEST)) if len(text) > _WIDEST else text


def frame_note(source: Source) -> str:
    """Return which of the frames is shown."""
    integrations, groups = source.frames
    if source.has_rates and integrations == 1:
        return "count rates" if source.unit == "DN/s" else f"in {source.unit}"
    parts = [f"group {groups} of {groups}"] if groups > 1 else []
    if integrations > 1:
        parts.append(f"integration 1 of {integrations}")
    return ", ".join(parts) or "one frame"


def cell_note(cells: Cells, what: str) -> str:
    """Return what stands for several pixels, empty when each is drawn."""
    return "" if cells.single else f", {what} of {cells.rows} x {cells.columns} pixels"


def percent(part: int, total: int) -> str:
    """Return a share in two digits; neither none nor all when it is not."""
    share = 100 * part / total if total else 0.0
    if share >= 99.5:
        return "100 %" if part == total else "over 99 %"
    return f"{share:.2g} %"
