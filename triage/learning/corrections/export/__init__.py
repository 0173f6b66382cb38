"""Mails written to a file in which people fill in the right labels."""
