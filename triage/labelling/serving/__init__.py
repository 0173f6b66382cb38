"""Labelling of mail: inference in the batch, and over REST."""
