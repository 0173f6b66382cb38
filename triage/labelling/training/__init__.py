"""Training of label heads: features, search, fit, calibration, and the model that comes of it."""
