"""Outlook's own files: .msg and .pst, read in child processes."""
