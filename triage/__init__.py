"""Batch triage of mailbox exports: anonymized, labelled and routed Delta tables."""

from __future__ import annotations

__version__ = "0.1.0"
