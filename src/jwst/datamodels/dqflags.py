"""Data quality flags by name."""

from strun.datamodels.dqflags import dqflags_to_mnemonics, group, names, pixel

__all__ = ["dqflags_to_mnemonics", "group", "names", "pixel"]
