"""The lake: table declarations, the only reader and writer of Delta tables, locks, old versions."""
