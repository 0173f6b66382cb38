"""Checks of what a run reads beside the lake: settings, sources, the model registry, the log of earlier runs."""
