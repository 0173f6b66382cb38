"""The AI risk sheet: the points of the EU AI Act's Annex IV, then the functions of NIST's AI RMF."""

from __future__ import annotations

from triage.monitoring.governance.document import Document
from triage.monitoring.governance.records.ai_rmf import ai_rmf
from triage.monitoring.governance.records.annex_iv import annex_iv
from triage.monitoring.governance.records.risk_facts import RiskFacts


def risk_sheet(facts: RiskFacts, made_at: str) -> Document:
    """The sheet; what it cannot derive comes from the settings `governance`, and is said to be empty without them."""
    return Document(
        "risk-sheet",
        "AI risk sheet",
        made_at,
        "EU AI Act, Annex IV (points 1 to 9) and NIST AI RMF 1.0. Derived from configuration and measurements; it is "
        "no legal assessment.",
        (*annex_iv(facts), *ai_rmf(facts)),
    )
