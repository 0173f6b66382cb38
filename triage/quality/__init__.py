"""Validates rows and batches before they are published."""
