"""Which groups are not to be used."""

from strun.quicklook.flag_panels import FLAGS_BY_GROUP, flag_panel
from strun.quicklook.pixels import central_pixel
from strun.quicklook.ramp_panels import ramp_panel

PANELS = (flag_panel("FLUX_ESTIMATED"), FLAGS_BY_GROUP, ramp_panel(central_pixel))
