"""FITS files as blocks of bytes: layout, reading, writing and atomic publishing."""
