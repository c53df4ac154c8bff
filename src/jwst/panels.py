"""What the pictures of steps show; refpix and linearity draw panels of their own."""

from strun.quicklook.difference_panels import SUBTRACTED_BY_GROUP, subtracted_panels
from strun.quicklook.flag_panels import FLAGS_BY_GROUP, count_panel, first_panel, flag_panel
from strun.quicklook.ramp_panels import central_pixel, ramp_panel

CHARGE_MIGRATION = (first_panel("CHARGELOSS"), FLAGS_BY_GROUP, ramp_panel(flag="CHARGELOSS"))
DARK_CURRENT = (*subtracted_panels(-1), SUBTRACTED_BY_GROUP)
FIRSTFRAME = (flag_panel("FLUX_ESTIMATED"), FLAGS_BY_GROUP, ramp_panel(central_pixel))
IPC = subtracted_panels(-1)
JUMP = (count_panel("JUMP_DET"), FLAGS_BY_GROUP, ramp_panel(flag="JUMP_DET"))
LASTFRAME = (FLAGS_BY_GROUP, ramp_panel(central_pixel))
PERSISTENCE = (count_panel("PERSISTENCE"), FLAGS_BY_GROUP, ramp_panel(flag="PERSISTENCE"))
RESET = (subtracted_panels(0)[0], SUBTRACTED_BY_GROUP, ramp_panel(central_pixel))
RSCD = (flag_panel("FLUX_ESTIMATED"), FLAGS_BY_GROUP, ramp_panel())
SATURATION = (first_panel("SATURATED"), FLAGS_BY_GROUP, ramp_panel(flag="SATURATED"))
SUPERBIAS = (*subtracted_panels(0), ramp_panel(central_pixel))
