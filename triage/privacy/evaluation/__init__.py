"""Recall and precision of detection on marked text, beside stock Presidio."""
