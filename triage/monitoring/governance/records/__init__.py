"""The records of governance: what each shows, from plain facts."""
