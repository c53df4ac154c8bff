"""Flags of samples whose charge migrated to their neighbors."""

from jwst.charge_migration.charge_migration_step import ChargeMigrationStep

__all__ = ["ChargeMigrationStep"]
