"""The dark that was subtracted."""

from strun.quicklook.difference_panels import SUBTRACTED_BY_GROUP, subtracted_panels

PANELS = (*subtracted_panels(-1), SUBTRACTED_BY_GROUP)
