"""Data models of exposures and reference files: metadata, keywords, arrays read when touched."""
