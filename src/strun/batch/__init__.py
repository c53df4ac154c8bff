"""Many exposures in one call: checked before, run by workers, resumed, and reported on."""
