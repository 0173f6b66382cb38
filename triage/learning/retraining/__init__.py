"""A new model from corrections: when it is due, what it learns from, and the whole step of `jobs/learn.py`."""
