"""Faults that hit a nightly run at a chosen moment, and whether a plain rerun makes them good."""
