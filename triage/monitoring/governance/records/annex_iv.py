"""The sections of the EU AI Act: the class of risk, and the points of Annex IV.

Source: Regulation (EU) 2024/1689, Art. 6, Annex III, Annex IV points 1 to 9.
"""

from __future__ import annotations

from triage.monitoring.governance.document import Blocks, Row, Section, items, table, text
from triage.monitoring.governance.figures import drifted, measured, share
from triage.monitoring.governance.records.inventory import figures as in_one_line
from triage.monitoring.governance.records.risk_facts import RiskFacts, unless

ANNEX_III = (
    "1 biometrics", "2 critical infrastructure", "3 education and vocational training",
    "4 employment, workers' management and access to self-employment",
    "5 access to essential private and public services and benefits", "6 law enforcement",
    "7 migration, asylum and border control management", "8 administration of justice and democratic processes",
)  # fmt: skip
"""The areas of Annex III, shortened."""


def annex_iv(facts: RiskFacts) -> tuple[Section, ...]:
    """The class of risk, then a section for each point, in order."""
    return (
        _risk_class(facts),
        _general(facts),
        _elements(facts),
        _monitoring(facts),
        _metrics(facts),
        _risk_management(facts),
        _changes(facts),
        _standards(facts),
        _declaration(facts),
        _post_market(facts),
    )


def _risk_class(facts: RiskFacts) -> Section:
    own = facts.settings.governance
    hint = (
        "The class of risk is the operator's decision and cannot be derived: whether the use is high-risk follows from "
        f"Art. 6 with the areas of Annex III ({'; '.join(ANNEX_III)}). Mail of applicants and staff (area 4) or about "
        "services and benefits (area 5) needs a closer look. Prohibited practices: Art. 5. Transparency: Art. 50."
    )
    return Section(
        "Class of risk",
        (*text(own.risk_class), *text(hint)),
        "EU AI Act, Art. 6 and Annex III",
        "" if own.risk_class else "No decision is recorded. Set governance.risk_class, with its reason and date.",
    )


def _general(facts: RiskFacts) -> Section:
    own = facts.settings.governance
    named: list[Row] = [("intended purpose", own.intended_purpose), ("provider", own.provider)]
    missing = [f"governance.{title.replace(' ', '_')}" for title, value in named if not value]
    versions: list[Row] = [(item.what, item.version) for item in facts.in_force.items]
    blocks: Blocks = (
        *table(("", ""), [row for row in named if row[1]]),
        *table(("software", "version"), facts.software, "Software"),
        *table(("in force", "version"), versions, "Versions in force"),
        *text(
            "Input: exports of mail on file. Output: Delta tables with labels and routes, and reports. It runs as a "
            "batch job on processors without accelerators and has no interface to the senders of mail."
        ),
    )
    fill = f"Not given: {', '.join(missing)}." if missing else ""
    return Section("1 General description of the system", blocks, "Annex IV point 1", fill)


def _elements(facts: RiskFacts) -> Section:
    models: list[Row] = [
        (
            f"{m.name} version {m.version}", m.tags.get("data", "unknown"), m.tags.get("rows", "unknown"),
            m.tags.get("licence", "unknown"), m.tags.get("seed", "unknown"),
        )
        for m in facts.in_force.models if m.is_champion
    ]  # fmt: skip
    heads: list[Row] = [(h.head, h.candidate, ", ".join(h.labels)) for h in facts.in_force.heads]
    others: list[Row] = [(m.name, m.version, m.licence, m.used_for) for m in facts.in_force.language_models]
    blocks = (
        *table(("model in force", "trained on", "rows", "licence", "seed"), models, "Training"),
        *table(("head", "method", "labels"), heads, "Heads"),
        *table(("pre-trained", "version", "licence", "used for"), others, "Pre-trained models of third parties"),
    )
    fill = facts.in_force.fault("models") or ("" if models else "No label model is registered yet: start a run.")
    return Section("2 Elements of the system and its development", blocks, "Annex IV point 2, Art. 10", fill)


def _monitoring(facts: RiskFacts) -> Section:
    queues = facts.settings.monitoring.review_queues
    reviewed, routed = facts.figures.reviewed(queues)
    oversight: list[Row] = [(f"queues {', '.join(queues)}", share(reviewed, routed))] if routed else []
    oversight += [(f"head {head} abstains", share(*counts)) for head, counts in facts.figures.heads.items()]
    blocks = (
        *table(("a person decides", "share of mails"), oversight, "Human oversight (Art. 14)"),
        *measured(facts.figures, "fairness", "Fairness"),
        *measured(facts.figures, "quality", "Quality of the data read"),
    )
    fill = "" if oversight else "No mail is routed yet."
    return Section("3 Monitoring, functioning and control", blocks, "Annex IV point 3, Art. 14", fill)


def _metrics(facts: RiskFacts) -> Section:
    own = facts.settings.governance
    rows: list[Row] = [(h.head, h.model, in_one_line(h.metrics)) for h in facts.in_force.heads]
    blocks = (
        *text(own.metrics_rationale),
        *table(("head", "model", "figures on held-out rows"), rows, "Model cards' figures"),
        *measured(facts.figures, "performance", "Measured in operation"),
    )
    return Section(
        "4 Appropriateness of the performance metrics",
        blocks,
        "Annex IV point 4",
        unless(own.metrics_rationale, "governance.metrics_rationale"),
    )


def _risk_management(facts: RiskFacts) -> Section:
    own = facts.settings.governance.risk_management
    return Section(
        "5 Risk management system", items(own), "Annex IV point 5, Art. 9", unless(own, "governance.risk_management")
    )


def _changes(facts: RiskFacts) -> Section:
    models: list[Row] = [
        (
            f"{m.registered_at:%Y-%m-%d %H:%M}" if m.registered_at else "unknown",
            f"{m.name} version {m.version}",
            ", ".join(m.aliases),
        )
        for m in facts.in_force.models
    ]
    approvals: list[Row] = [(a.what, a.version, a.in_words) for a in facts.approvals]
    blocks = (
        *table(("registered (UTC)", "model", "alias"), models, "Model versions"),
        *table(("what", "version", "approved by"), approvals, "Approvals"),
    )
    return Section(
        "6 Changes through the lifecycle", blocks, "Annex IV point 6", "" if blocks else "No version is recorded yet."
    )


def _standards(facts: RiskFacts) -> Section:
    own = facts.settings.governance.standards
    return Section(
        "7 Harmonised standards applied", items(own), "Annex IV point 7, Art. 40", unless(own, "governance.standards")
    )


def _declaration(facts: RiskFacts) -> Section:
    own = facts.settings.governance.declaration
    return Section(
        "8 EU declaration of conformity", text(own), "Annex IV point 8, Art. 47", unless(own, "governance.declaration")
    )


def _post_market(facts: RiskFacts) -> Section:
    own = facts.settings.governance.post_market_plan
    blocks = (*text(own), *measured(facts.figures, "service", "Service levels"), *drifted(facts.figures))
    return Section(
        "9 Evaluation of performance after putting into service",
        blocks,
        "Annex IV point 9, Art. 72",
        unless(own, "governance.post_market_plan"),
    )
