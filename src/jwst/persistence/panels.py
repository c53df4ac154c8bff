"""Where and when pixels remember what saturated them."""

from strun.quicklook.flag_panels import FLAGS_BY_GROUP, count_panel
from strun.quicklook.ramp_panels import ramp_panel

PANELS = (count_panel("PERSISTENCE"), FLAGS_BY_GROUP, ramp_panel(flag="PERSISTENCE"))
