"""Governance at the edge: reads lake, registry and configuration for the records of triage.monitoring.governance."""
