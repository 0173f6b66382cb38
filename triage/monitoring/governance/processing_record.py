"""The record of processing activities: GDPR Art. 30(1), a section for each of its points (a) to (g).

Source: Regulation (EU) 2016/679, Art. 30(1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from triage.config import Settings
from triage.config.governance import GovernanceSettings
from triage.monitoring.governance.document import Blocks, Document, Row, Section, Table, items, table
from triage.monitoring.governance.figures import LakeFigures, share

KeyOrigin = Literal["environment variable", "key file", "development key"]

_ART_9 = "SPECIAL_"
_AGED = {
    "raw_mail": "vault/raw_mail: the messages as received, encrypted",
    "quarantine": "quarantine/mail: keys and reasons of quarantined mails",
    "silver": "silver/mail and vault/pseudonyms: anonymized mails, and the values behind pseudonyms, encrypted",
    "labels": "gold/labels: labels and scores by mail",
    "routes": "gold/routes: queue, priority and due time by mail",
}
"""What each setting of `retention` is about."""

_ENCRYPTION = ("spark.authenticate", "spark.network.crypto.enabled", "spark.io.encryption.enabled", "spark.ssl.enabled")
"""Options of Spark that protect data between and on machines; only whether they are on is shown."""
_ON_BY_DEFAULT = frozenset({"spark.io.encryption.enabled"})
"""What triage.spark.session turns on itself."""


@dataclass(frozen=True, slots=True)
class PrivacyFacts:
    """What the privacy policy does: its version, what becomes of each entity in words, and whether Art. 9 is marked.

    `name_models` are the languages in which names are found statistically, `without_ner` what becomes of other mail.
    """

    version: str
    operators: Mapping[str, str]
    marks_special_categories: bool
    name_models: tuple[str, ...]
    without_ner: str
    key_origin: KeyOrigin
    has_legal_holds: bool


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
    measures = [*settings.governance.security_measures, *_technical(settings, privacy)]
    return Section("Technical and organisational security measures", items(measures), "Art. 30(1)(g), Art. 32(1)", fill)


def _technical(settings: Settings, privacy: PrivacyFacts) -> list[str]:
    options = settings.spark.options
    return [
        "Encryption: messages as received and the values behind pseudonyms are sealed with AES-256-SIV, each bound to "
        "its row; keys are derived with HKDF-SHA256.",
        "Pseudonymisation before publication: silver/mail, gold and metrics hold pseudonyms, codes and counts. A mail "
        "whose detection fails is not published.",
        f"Names by statistical models in: {', '.join(privacy.name_models) or 'no language'}; mail in other languages: "
        f"{privacy.without_ner} (without_ner).",
        f"Key, as this job was started: {privacy.key_origin}. Mode: {settings.mode}"
        + (
            ", which accepts no development key."
            if settings.mode == "production"
            else ", which accepts a development key."
        ),
        "Each message is parsed in a child process under limits of processor time and memory.",
        f"Legal holds: {'a file is configured' if privacy.has_legal_holds else 'no file is configured'} "
        "(privacy.legal_holds).",
        "Spark: " + ", ".join(f"{name} {_state(name, options)}" for name in _ENCRYPTION) + ".",
    ]


def _state(option: str, options: Mapping[str, str]) -> str:
    default = "true" if option in _ON_BY_DEFAULT else "not set"
    return {"true": "on", "false": "off"}.get(options.get(option, default).lower(), "not set")


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
