"""Where and when pixels saturate."""

from strun.quicklook.flag_panels import FLAGS_BY_GROUP, first_panel
from strun.quicklook.ramp_panels import ramp_panel

PANELS = (first_panel("SATURATED"), FLAGS_BY_GROUP, ramp_panel(flag="SATURATED"))
