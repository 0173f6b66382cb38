"""Labelled rows: reading, checking, grouping near-duplicates, and splitting."""
