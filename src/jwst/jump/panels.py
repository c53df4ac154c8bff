"""Where and when pixels jump."""

from strun.quicklook.flag_panels import FLAGS_BY_GROUP, count_panel
from strun.quicklook.ramp_panels import ramp_panel

PANELS = (count_panel("JUMP_DET"), FLAGS_BY_GROUP, ramp_panel(flag="JUMP_DET"))
