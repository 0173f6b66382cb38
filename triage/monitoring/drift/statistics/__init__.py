"""The statistics of drift: measures of a difference, its evidence, and what undisturbed runs differ by."""
