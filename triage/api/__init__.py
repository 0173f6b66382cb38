"""What a notebook or a script asks of a lake: `triage.open` gives a `Lake`, whose tables are attributes."""
