"""Which groups are not to be used."""

from strun.quicklook.flag_panels import FLAGS_BY_GROUP
from strun.quicklook.ramp_panels import ramp_panel
from strun.quicklook.ramps import central_pixel

PANELS = (FLAGS_BY_GROUP, ramp_panel(central_pixel))
