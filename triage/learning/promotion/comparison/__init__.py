"""Two models' answers to the same rows: gain with its interval, slices, limits and the rule. Arrays only, no Spark."""
