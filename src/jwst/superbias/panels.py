"""The bias that was subtracted."""

from strun.quicklook.difference_panels import subtracted_panels
from strun.quicklook.ramp_panels import ramp_panel
from strun.quicklook.ramps import central_pixel

PANELS = (*subtracted_panels(0), ramp_panel(central_pixel))
