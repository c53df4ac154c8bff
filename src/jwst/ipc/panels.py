"""What the kernel moved between pixels."""

from strun.quicklook.difference_panels import subtracted_panels

PANELS = subtracted_panels(-1)
