"""The record of a run in its product, whether a product is up to date, running again."""
