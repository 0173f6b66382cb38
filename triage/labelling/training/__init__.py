"""Training: preparation, search, fit, description of the result, and promotion."""
