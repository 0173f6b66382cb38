"""Service levels: what was promised, and what was kept."""
