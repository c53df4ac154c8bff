"""The machine that runs JWST calibration steps; users import them from ``jwst``."""

__version__ = "1.0.0"
