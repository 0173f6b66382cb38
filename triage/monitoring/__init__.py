"""Monitoring: what a run did, how far the mail moved from the baseline, and the page that shows both."""
