"""Corrections by people become better models: review, guards, retraining, promotion, rollback."""
