"""Checks of the lake: key, tables, locks, clock."""
