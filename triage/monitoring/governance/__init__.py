"""Governance: what is in force, where a decision came from, and the records that laws ask for."""
