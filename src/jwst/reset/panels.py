"""The reset anomaly that was subtracted."""

from strun.quicklook.difference_panels import SUBTRACTED_BY_GROUP, subtracted_panels
from strun.quicklook.ramp_panels import ramp_panel
from strun.quicklook.ramps import central_pixel

PANELS = (subtracted_panels(0)[0], SUBTRACTED_BY_GROUP, ramp_panel(central_pixel))
