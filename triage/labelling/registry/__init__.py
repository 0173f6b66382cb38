"""Registered label models: their folders and files, the MLflow registry, and the champions in force."""
