"""The stages of a batch: each reads a table, writes a table, and may be repeated without harm."""
