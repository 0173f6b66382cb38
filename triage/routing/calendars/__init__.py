"""Calendars: when people work, and when an answer is due if only these hours count."""
