"""Drift: how far a run moved from the profiles that it is compared with."""
