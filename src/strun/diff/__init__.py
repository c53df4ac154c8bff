"""Two FITS products compared: units, keywords, values by ULP, flags by name, tables by column."""

DATES_AND_NAMES = ("DATE", "FILENAME", "CHECKSUM", "DATASUM", "STRUN*")
"""Keywords that say when a file was written, how it is called, and what it was made from."""
