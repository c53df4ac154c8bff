"""The bias that was subtracted."""

from strun.quicklook.difference_panels import subtracted_panels
from strun.quicklook.pixels import central_pixel
from strun.quicklook.ramp_panels import ramp_panel

PANELS = (*subtracted_panels(0), ramp_panel(central_pixel))
