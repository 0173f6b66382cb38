"""A run as a whole: its batches, their stages, the account of what was done, and the summary."""
