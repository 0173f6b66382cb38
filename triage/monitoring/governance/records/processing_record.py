"""The record of processing activities: GDPR Art. 30(1), a section for each of its points (a) to (g).

Source: Regulation (EU) 2016/679, Art. 30(1).
"""

from __future__ import annotations

from dataclasses import dataclass

from triage.config import Settings
from triage.config.governance import GovernanceSettings
from triage.monitoring.governance.document import Blocks, Document, Row, Section, Table, items, table
from triage.monitoring.governance.figures import LakeFigures, share
from triage.monitoring.governance.records.security import PrivacyFacts, technical_measures

_ART_9 = "SPECIAL_"
_AGED = {
    "raw_mail": "vault/raw_mail: the messages as received, encrypted",
    "quarantine": "quarantine/mail: keys and reasons of quarantined mails",
    "silver": "silver/mail and vault/pseudonyms: anonymized mails, and the values behind pseudonyms, encrypted",
    "labels": "gold/labels: labels and scores by mail",
    "routes": "gold/routes: queue, priority and due time by mail",
    "corrections": "gold/corrections: labels that people corrected, with their reasons",
    "gold_set": "gold/gold_set: labels that are settled, by mail",
    "review_queue": "gold/review_queue: mails that people should look at",
    "training_sets": "gold/training_sets: labels that models learnt from, by mail",
    "shadow_labels": "gold/shadow_labels: labels of a second model, by mail",
    "metrics": "metrics/profiles, drift, measures, quality and alerts: counts and figures of runs, no mail",
}
"""What each setting of `retention` is about."""


@dataclass(frozen=True, slots=True)
class Receivers:
    """Who gets something: the queues of the routing rules in force, and the kinds of sinks of alerts."""

    queues: tuple[str, ...] = ()
    sinks: tuple[str, ...] = ()


def processing_record(
    settings: Settings, privacy: PrivacyFacts, receivers: Receivers, figures: LakeFigures, made_at: str
) -> Document:
    """The record of a lake."""
    own = settings.governance
    return Document(
        "processing-record",
        "Record of processing activities",
        made_at,
        "GDPR Art. 30(1). Derived from settings, policy and tables; what only people know comes from the settings "
        "governance.*.",
        (
            _controller(own),
            Section("Purposes", items(own.purposes), "Art. 30(1)(b)", _unless(own.purposes, "governance.purposes")),
            _categories(own, privacy, figures),
            _recipients(own, receivers),
            Section(
                "Transfers to third countries",
                items(own.transfers),
                "Art. 30(1)(e), Art. 44 to 49",
                _unless(own.transfers, "governance.transfers", "The job itself sends mail nowhere. "),
            ),
            _time_limits(settings),
            _security(settings, privacy),
            _rights(figures),
        ),
    )


def _unless(given: object, setting: str, before: str = "") -> str:
    return "" if given else f"{before}Set {setting}; an entry none states that there is nothing."


def _controller(own: GovernanceSettings) -> Section:
    named = {
        "controller": (own.controller,),
        "joint controllers": own.joint_controllers,
        "representative": (own.representative,),
        "data protection officer": (own.data_protection_officer,),
    }
    rows = [(title, "; ".join(values)) for title, values in named.items() if any(values)]
    missing = [title for title, values in named.items() if not any(values)]
    fill = f"Not given: {', '.join(missing)}. See the settings governance.*; an entry none states that there is none."
    return Section(
        "Controller and data protection officer", table(("role", "name and contact"), rows), "Art. 30(1)(a)",
        fill if missing else "",
    )  # fmt: skip


def _categories(own: GovernanceSettings, privacy: PrivacyFacts, figures: LakeFigures) -> Section:
    entities: list[Row] = [
        (entity, operator, str(figures.entities.get(entity, 0)))
        for entity, operator in sorted(privacy.operators.items())
    ]
    title = f"Categories of personal data that are detected (policy {privacy.version})"
    blocks: Blocks = (
        *table(("category of data subjects",), [(subject,) for subject in own.data_subjects]),
        *table(("entity", "what becomes of it", "findings replaced in published mails"), entities, title),
        *_special_categories(privacy, figures),
    )
    missing = _unless(own.data_subjects, "governance.data_subjects", "The categories of data subjects are not given. ")
    return Section("Categories of data subjects and of personal data", blocks, "Art. 30(1)(c), Art. 9(1)", missing)


def _special_categories(privacy: PrivacyFacts, figures: LakeFigures) -> Blocks:
    if not privacy.marks_special_categories:
        return items(
            ["Special categories are not looked for (special_categories in the privacy policy); mail may hold them."]
        )
    rows = [(mark, str(mails)) for mark, mails in sorted(figures.marks.items()) if mark.startswith(_ART_9)]
    return table(("mark", "published mails"), rows, "Mails with words of special categories")


def _recipients(own: GovernanceSettings, receivers: Receivers) -> Section:
    departments = [
        f"the department of queue {queue}: the anonymized mail, its labels and its route" for queue in receivers.queues
    ]
    sinks = [f"alerts by {kind}: counts and codes, no mail" for kind in receivers.sinks]
    fill = _unless(own.recipients, "governance.recipients", "Recipients beyond the queues are not given. ")
    return Section("Categories of recipients", items([*own.recipients, *departments, *sinks]), "Art. 30(1)(d)", fill)


def _time_limits(settings: Settings) -> Section:
    limits = {name: getattr(settings.retention, name) for name in _AGED}
    rows = [
        (about, f"{limits[name]} days" if limits[name] else "no limit is set", f"retention.{name}")
        for name, about in _AGED.items()
    ]
    missing = [f"retention.{name}" for name, days in limits.items() if days is None]
    fill = (
        f"Without a limit, rows stay until a person's erasure (jobs/erase.py). Set {', '.join(missing)}, in days; "
        "jobs/maintain.py removes what is older."
    )
    return Section(
        "Envisaged time limits for erasure", table(("data", "limit", "setting"), rows), "Art. 30(1)(f)",
        fill if missing else "",
    )  # fmt: skip


def _security(settings: Settings, privacy: PrivacyFacts) -> Section:
    fill = _unless(
        settings.governance.security_measures,
        "governance.security_measures",
        "Measures of the organisation are not given. ",
    )
    measures = [*settings.governance.security_measures, *technical_measures(settings, privacy)]
    return Section("Technical and organisational security measures", items(measures), "Art. 30(1)(g), Art. 32(1)", fill)


def _rights(figures: LakeFigures) -> Section:
    rows = [
        ("erasures (Art. 17), two rows each", "ops/erasures", str(figures.rows.get("ops/erasures", 0))),
        ("requests to see personal data (Art. 15)", "ops/reveals", str(figures.rows.get("ops/reveals", 0))),
        ("corrections of labels", "gold/corrections", str(figures.rows.get("gold/corrections", 0))),
    ]
    blocks: Blocks = (
        Table(("what", "table", "rows"), tuple(rows), "Requests on record"),
        *items([f"Mails in quarantine: {share(figures.quarantined, figures.quarantined + figures.published)}."]),
    )
    return Section("Requests and volumes", blocks, "Art. 12 to 22")
