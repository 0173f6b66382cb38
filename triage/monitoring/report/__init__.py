"""The report: the page of a run, and the index over runs."""
