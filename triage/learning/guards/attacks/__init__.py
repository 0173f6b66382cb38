"""Tests for attacks on the training set, each with a bounded chance of a false finding."""
