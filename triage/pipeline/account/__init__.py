"""The account of a run: what its batches did, what it means beside earlier runs, and what is told of it."""
