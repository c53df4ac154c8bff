"""Corrections of blocks: the plan, the only loop, its workers, and the product being written."""
