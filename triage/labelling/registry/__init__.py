"""Registered models: folders, manifests, storage, and the champion in force."""
