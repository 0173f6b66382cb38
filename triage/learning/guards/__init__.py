"""Guards: what a correction counts in training, and the report of attacks on the training set."""
