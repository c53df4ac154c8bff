"""Timing of this package against jwst 3.0.0, `cp` and a bare start."""
