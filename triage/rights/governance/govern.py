"""What jobs/govern.py does: writes the records of governance, traces a mail, and adds approvals."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from triage.config import Settings
from triage.labelling.registry.registered_models import registered_models
from triage.lake.presence import require_lake
from triage.lake.store import Store
from triage.monitoring.governance.approvals import Approval, add_approval, load_approvals, new_approval
from triage.monitoring.governance.document import Document
from triage.monitoring.governance.records.inventory import inventory
from triage.monitoring.governance.records.lineage import lineage
from triage.monitoring.governance.records.processing_record import Receivers, processing_record
from triage.monitoring.governance.records.risk_facts import RiskFacts
from triage.monitoring.governance.records.risk_sheet import risk_sheet
from triage.monitoring.governance.records.security import PrivacyFacts
from triage.privacy.policy import Policy
from triage.privacy.pseudonyms.keys import key_origin
from triage.rights.governance.in_force import (
    Configured,
    read_configured,
    read_in_force,
    versions_in_force,
)
from triage.rights.governance.lake_figures import read_figures
from triage.rights.governance.language_models import software
from triage.rights.governance.mail_trace import read_trace
from triage.spark.session import spark_session

RECORDS = ("inventory", "record", "risk")
"""The records of a whole lake, by what the job calls them."""


def records(settings: Settings, wanted: tuple[str, ...]) -> list[Document]:
    """The wanted ones of RECORDS. Raises ConfigError where there is no lake, or a file is wrong."""
    store, made_at = _open(settings), _now()
    configured = read_configured(settings)
    approvals = load_approvals(Path(settings.governance.approvals))
    in_force = read_in_force(settings, configured, store)
    made = []
    if "inventory" in wanted:
        made.append(inventory(in_force, approvals, made_at))
    if {"record", "risk"} & set(wanted):
        figures = read_figures(store, [head.name for head in configured.taxonomy.heads])
        if "record" in wanted:
            privacy, receivers = (
                _privacy_facts(configured.policy, settings),
                Receivers(_queues(configured), in_force.sinks),
            )
            made.append(processing_record(settings, privacy, receivers, figures, made_at))
        if "risk" in wanted:
            made.append(risk_sheet(RiskFacts(settings, in_force, approvals, figures, software()), made_at))
    return made


def mail_lineage(settings: Settings, mail_key: str) -> Document:
    """The lineage of a mail. Raises ConfigError where there is no lake, or no mail with this key in it."""
    store = _open(settings)
    configured = read_configured(settings)
    models = registered_models(settings, ()).versions
    return lineage(read_trace(store, mail_key, models, versions_in_force(configured)), _now())


def approve(settings: Settings, what: str, by: str, note: str) -> Approval:
    """Adds an approval of the version of `what` that is in force now; the lake need not exist yet.

    Raises ConfigError for a name that the inventory does not have, an approval by nobody, and a file that cannot be
    read or written.
    """
    store = Store(lambda: spark_session(settings, "govern"), settings.lake.root)
    item = read_in_force(settings, read_configured(settings), store).item(what)
    approval = new_approval(item.what, item.version, item.digest, by, note)
    add_approval(Path(settings.governance.approvals), approval)
    return approval


def _open(settings: Settings) -> Store:
    store = Store(lambda: spark_session(settings, "govern"), settings.lake.root)
    require_lake(store)
    return store


def _privacy_facts(policy: Policy, settings: Settings) -> PrivacyFacts:
    return PrivacyFacts(
        version=policy.version,
        operators={entity: _in_words(given) for entity, given in policy.entities.items()},
        marks_special_categories=policy.special_categories == "mark",
        name_models=tuple(sorted(policy.ner)),
        without_ner=policy.without_ner,
        key_origin=key_origin(settings),
        has_legal_holds=settings.privacy.legal_holds is not None,
    )


def _in_words(given: object) -> str:
    if not isinstance(given, dict):
        return str(given)
    zones = [f"{zone} {operator}" for zone, operator in given.items() if zone != "default"]
    return "; ".join([str(given["default"]), *zones])


def _queues(configured: Configured) -> tuple[str, ...]:
    rules = configured.rules
    return tuple(dict.fromkeys(rule.queue for rule in (*rules.rules, rules.default)))


def _now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"
