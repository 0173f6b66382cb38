"""A run as a whole: planned batches through their stages, the account of what was done, the summary."""
