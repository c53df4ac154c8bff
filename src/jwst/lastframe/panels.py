"""Which groups are not to be used."""

from strun.quicklook.flag_panels import FLAGS_BY_GROUP
from strun.quicklook.pixels import central_pixel
from strun.quicklook.ramp_panels import ramp_panel

PANELS = (FLAGS_BY_GROUP, ramp_panel(central_pixel))
