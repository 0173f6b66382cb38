"""The commands of jobs/review.py that belong to the queue, a module each."""
