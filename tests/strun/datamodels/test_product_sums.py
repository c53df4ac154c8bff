from __future__ import annotations

from pathlib import Path

from astropy.io import fits
from factories import make_ramp

from jwst.datamodels import RampModel


def test_save_drops_check_sums_that_hold_no_more(folder: Path) -> None:
    with fits.open(make_ramp(folder / "x.fits")) as hdus:
        hdus.writeto("sums.fits", checksum=True)
    RampModel("sums.fits").save("y.fits")
    with fits.open("y.fits", checksum=True) as product:
        assert not [hdu.name for hdu in product if "DATASUM" in hdu.header]
