"""The sections of the functions of NIST's AI Risk Management Framework.

Source: NIST AI 100-1 (AI RMF 1.0), section 5.
"""

from __future__ import annotations

from triage.monitoring.governance.document import Blocks, Row, Section, Table, items, table, text
from triage.monitoring.governance.figures import alerted, share
from triage.monitoring.governance.records.inventory import unapproved
from triage.monitoring.governance.records.risk_facts import RiskFacts, unless


def ai_rmf(facts: RiskFacts) -> tuple[Section, ...]:
    """Govern, Map, Measure and Manage."""
    return _govern(facts), _map(facts), _measure(facts), _manage(facts)


def _govern(facts: RiskFacts) -> Section:
    own = facts.settings.governance.accountable
    missing = [item.what for item in unapproved(facts.in_force, facts.approvals)]
    approved = len(facts.in_force.items) - len(missing)
    blocks = (
        *items(own),
        *text(f"{approved} of {len(facts.in_force.items)} parts in force are approved in their version."),
    )
    gaps = [f"Without approval: {', '.join(missing)}."] if missing else []
    gaps += [] if own else ["Set governance.accountable."]
    return Section("Govern", blocks, "NIST AI RMF, GOVERN 1, 2 and 6", " ".join(gaps))


def _map(facts: RiskFacts) -> Section:
    own = facts.settings.governance
    queues: list[Row] = [
        (queue, share(n, sum(facts.figures.queues.values()))) for queue, n in facts.figures.queues.items()
    ]
    blocks = (*text(own.intended_purpose), *table(("queue", "share of mails"), queues, "Where mails go"))
    return Section(
        "Map", blocks, "NIST AI RMF, MAP 1 to 5", unless(own.intended_purpose, "governance.intended_purpose")
    )


def _measure(facts: RiskFacts) -> Section:
    kinds = sorted({(row["metric"], row["by"]) for row in facts.figures.measures})
    drift = len(facts.figures.drift)
    blocks: Blocks = ()
    if facts.figures.latest_run:
        rows = (("runs", str(len(facts.figures.runs))), ("measurements", str(len(facts.figures.measures))),
                ("metrics by kind of slice", str(len(kinds))), ("comparisons for drift", str(drift)))  # fmt: skip
        blocks = (Table(("", "latest run"), rows, f"What is measured ({facts.figures.latest_run})"),)
    fill = "" if facts.figures.measures else "metrics/measures has no rows of the latest run."
    return Section("Measure", blocks, "NIST AI RMF, MEASURE 1 to 4", fill)


def _manage(facts: RiskFacts) -> Section:
    rules = facts.in_force.alert_rules
    blocks = (
        *alerted(facts.figures),
        *table(("rule", "severity", "owner", "runbook"), rules, "Rules, with who looks after each"),
        *items([f"Alerts are sent to: {', '.join(facts.in_force.sinks)}."] if facts.in_force.sinks else []),
    )
    fill = facts.in_force.fault("alert_rules") or ("" if facts.figures.alerts else "The latest run has no alerts.")
    return Section("Manage", blocks, "NIST AI RMF, MANAGE 1 to 4", fill)
