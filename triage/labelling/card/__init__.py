"""The model card: purpose, training data, quality and known limits of a model."""
