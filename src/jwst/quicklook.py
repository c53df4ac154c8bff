"""Pictures of exposures and of what the steps did to them."""

from strun.quicklook import draw, draw_exposure, draw_linearity, draw_step, save

__all__ = ["draw", "draw_exposure", "draw_linearity", "draw_step", "save"]
