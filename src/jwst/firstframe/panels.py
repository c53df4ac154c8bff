"""Which groups are not to be used."""

from strun.quicklook.flag_panels import FLAGS_BY_GROUP, flag_panel
from strun.quicklook.ramp_panels import ramp_panel
from strun.quicklook.ramps import central_pixel

PANELS = (flag_panel("FLUX_ESTIMATED"), FLAGS_BY_GROUP, ramp_panel(central_pixel))
