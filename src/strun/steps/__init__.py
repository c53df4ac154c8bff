"""Steps and pipelines: how they are found, run, and named."""
