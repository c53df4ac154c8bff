"""Flags of samples that hold charge of before."""

from jwst.persistence.persistence_step import PersistenceStep

__all__ = ["PersistenceStep"]
