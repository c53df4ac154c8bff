"""Two FITS products compared: units, keywords, values by ULP, flags by name, tables by column."""
