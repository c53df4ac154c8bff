"""Pictures of exposures and of what the steps did to them; matplotlib is imported to draw."""

from strun.quicklook.figures import draw, draw_exposure, draw_linearity, draw_step, save

__all__ = ["draw", "draw_exposure", "draw_linearity", "draw_step", "save"]
