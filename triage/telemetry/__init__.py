"""What a job reports of itself while it is at work: log lines as text or JSON, and spans of OpenTelemetry.

Names of stages, ids, counts, seconds and types of errors only: nothing of a mail, and no text of an unforeseen error.
"""
