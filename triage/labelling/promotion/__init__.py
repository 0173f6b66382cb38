"""Trains, registers, compares and promotes models, for jobs/train.py and jobs/evaluate.py."""
