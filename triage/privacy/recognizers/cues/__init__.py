"""Patterns of the places where mails name persons."""
