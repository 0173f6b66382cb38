"""Writes routes back to where people read mail: files for a help desk, or keywords on a mail server."""
