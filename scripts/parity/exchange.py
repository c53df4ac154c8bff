"""Feed our products to jwst's next steps, and jwst's products to our next step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from astropy.io import fits
from synthetic import MODES, make_linearity, make_plain_reference


@dataclass(frozen=True)
class Exchange:
    """A step that follows on a product.

    Attributes
    ----------
    source : str
        Name of the case whose product is read.
    class_path : str
        The step that reads it.
    references : mapping of str to float or str
        Reference type to the value in every pixel, or 'N/A', or 'made' for a linearity.
    by_us : bool
        True: our step reads jwst's product. False: jwst's step reads our product. Either way
        the result must be that of jwst's step on jwst's product.
    """

    source: str
    class_path: str
    references: Mapping[str, float | str] = field(default_factory=dict)
    by_us: bool = False
    quick: bool = False

    @property
    def name(self) -> str:
        """A readable, unique name."""
        reader = "our" if self.by_us else "jwst's"
        return f"{reader} {self.class_path.rpartition('.')[2]} on {self.source}"

    @property
    def folder(self) -> str:
        """The name as a folder."""
        return self.name.replace(" ", "-").replace("'", "")


LAST_FRAME = "jwst.lastframe.LastFrameStep"
SATURATION = "jwst.saturation.SaturationStep"
GUIDER_CDS = "jwst.guider_cds.GuiderCdsStep"
LINEARITY = "jwst.linearity.LinearityStep"
DQ_INIT = "jwst.dq_init.DQInitStep"
JUMP = "jwst.jump.JumpStep"
REFPIX = "jwst.refpix.RefPixStep"

_SATURATION: dict[str, float | str] = {"saturation": 50000.0, "superbias": "N/A"}
_NOISE: dict[str, float | str] = {"gain": 2.0, "readnoise": 12.0}
_LINEARITY: dict[str, float | str] = {"linearity": "made"}

EXCHANGES = (
    Exchange("dq-miri-sub64", LAST_FRAME, quick=True),
    Exchange("dq-everything", SATURATION, _SATURATION, quick=True),
    Exchange("dq-everything-uncal", SATURATION, _SATURATION),
    Exchange("dq-no-asdf", SATURATION, _SATURATION, quick=True),
    Exchange("dq-nirspec-bots", SATURATION, _SATURATION),
    Exchange("dq-fgs-acq1-uncal", GUIDER_CDS, _NOISE, quick=True),
    Exchange("dq-fgs-track-dq", GUIDER_CDS, _NOISE),
    Exchange("dq-real-fgs-acq1", GUIDER_CDS, _NOISE),
    Exchange("dq-niriss-ami", LINEARITY, _LINEARITY, quick=True),
    Exchange("lin-everything", JUMP, _NOISE, quick=True),
    Exchange("lin-niriss-ami", JUMP, _NOISE),
    Exchange("lin-miri-sub64", JUMP, _NOISE),
    Exchange("lin-no-dq", JUMP, _NOISE),
    Exchange("dq-everything", LINEARITY, _LINEARITY, by_us=True, quick=True),
    Exchange("dq-everything-uncal", LINEARITY, _LINEARITY, by_us=True),
    Exchange("dq-miri-sub64", LINEARITY, _LINEARITY, by_us=True),
    Exchange("dq-odd-values", LINEARITY, _LINEARITY, by_us=True),
    Exchange("lin-everything", DQ_INIT, {"mask": "N/A"}, by_us=True, quick=True),
    Exchange("dq-fgs-acq1-uncal", DQ_INIT, {"mask": "N/A"}, by_us=True),
)


def make_references(exchange: Exchange, product: Path, folder: Path) -> dict[str, str]:
    """Write the references of an exchange to fit `product`; return the step's options."""
    folder.mkdir(parents=True, exist_ok=True)
    header = fits.getheader(product)
    mode = next(mode for mode in MODES.values() if mode.detector == header["DETECTOR"])
    shape = (header["SUBSIZE2"], header["SUBSIZE1"])
    corner = (header["SUBSTRT1"], header["SUBSTRT2"])
    options = {}
    for kind, value in exchange.references.items():
        path = folder / f"{kind}.fits"
        if value == "made":
            make_linearity(path, mode, shape=shape, corner=corner)
        elif isinstance(value, float):
            make_plain_reference(path, kind.upper(), mode, value, shape=shape, corner=corner)
        options[f"override_{kind}"] = value if value == "N/A" else str(path)
    return options
