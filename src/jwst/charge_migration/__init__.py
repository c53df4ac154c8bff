"""Flags of samples whose charge migrated to their neighbours."""
