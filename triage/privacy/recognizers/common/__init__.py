"""What recognizers are made of: their base classes, tables of patterns, and parts of patterns that several use."""
