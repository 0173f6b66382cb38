"""Backup and restore: a repository of files named by their SHA-256, and a manifest for each backup."""
