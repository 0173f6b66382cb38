"""Counterfactual mails: whether names, genders and dialects change what is decided."""
