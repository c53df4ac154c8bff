"""Run the unit tests of jwst and stpipe against this package."""
