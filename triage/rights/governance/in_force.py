"""Reads what is in force: rules, policies and thresholds from their files, models, the reference and keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from triage.config import PROJECT, Settings
from triage.errors import ConfigError
from triage.labelling.registry.registered_models import RegisteredModels, registered_models
from triage.labelling.taxonomy import Taxonomy, load_taxonomy
from triage.lake.store import Store
from triage.lake.tables import BASELINES, LAKE_KEYS, SILVER_MAIL
from triage.monitoring.alerts.rules.load import AlertRules, load_alert_rules
from triage.monitoring.governance.in_force import (
    HeadInForce,
    InForce,
    Item,
    Threshold,
    content_digest,
    thresholds_digest,
)
from triage.monitoring.profiles.stored import taxonomy_version
from triage.privacy.policy import Policy, load_policy
from triage.rights.governance.language_models import language_models, name_model_items
from triage.routing.rules import Rules, load_rules

_MONITORING_THRESHOLDS = ("drift", "quality", "performance", "fairness", "service")
"""Sections of `monitoring` whose figures decide what is reported; those of `value` are assumptions."""


@dataclass(frozen=True, slots=True)
class Configured:
    """The files of rules and policies, read and validated."""

    policy: Policy
    taxonomy: Taxonomy
    rules: Rules
    alerts: AlertRules | None
    alerts_fault: str = ""
    """Why the file of alert rules could not be read: it informs only, so a run goes on without it."""


def read_configured(settings: Settings) -> Configured:
    """The configuration in force. Raises ConfigError for a file that is missing or wrong, as a run does."""
    taxonomy = load_taxonomy(settings)
    rules = load_rules(settings, {head.name: head.labels for head in taxonomy.heads})
    alerts, fault = _alert_rules(settings)
    return Configured(load_policy(settings.privacy.policy), taxonomy, rules, alerts, fault)


def _alert_rules(settings: Settings) -> tuple[AlertRules | None, str]:
    try:
        return load_alert_rules(settings), ""
    except ConfigError as fault:
        return None, f"The alert rules cannot be read: {fault}"


def read_in_force(settings: Settings, configured: Configured, store: Store) -> InForce:
    """All that is in force; the lake need not exist yet."""
    models = registered_models(settings, [head.name for head in configured.taxonomy.heads])
    thresholds = tuple(_thresholds(settings, configured, models))
    references = sorted(store.rows(BASELINES, BASELINES.column_names), key=lambda row: row["decided_at"], reverse=True)
    return InForce(
        items=tuple(_items(settings, configured, models, thresholds, references)),
        models=models.versions,
        heads=tuple(_heads(models)),
        thresholds=thresholds,
        language_models=language_models(configured.policy),
        rules=tuple(_rules(configured.rules)),
        references=tuple(references),
        keys=_keys(store),
        labels_version=taxonomy_version({head.name: head.labels for head in configured.taxonomy.heads}),
        alert_rules=tuple(_alert_rows(configured.alerts)),
        sinks=tuple(sink.kind for sink in configured.alerts.sinks) if configured.alerts else (),
        faults={**models.faults, **({"alert_rules": configured.alerts_fault} if configured.alerts_fault else {})},
    )


def _keys(store: Store) -> tuple[str, ...]:
    """The ids of keys that the lake names: of one mail, since a rotation writes all anew, and of the lake's own key."""
    mail = next(store.rows(SILVER_MAIL, ("key_id",)), None)
    sealing = {row["key_id"] for row in store.rows(LAKE_KEYS, ("key_id",))}
    return tuple(sorted(sealing | ({mail["key_id"]} if mail else set())))


def versions_in_force(configured: Configured) -> dict[str, str]:
    """The versions that rows name: of the rules and of the policy."""
    return {"rules": configured.rules.version, "policy": configured.policy.version}


def _items(
    settings: Settings,
    configured: Configured,
    models: RegisteredModels,
    thresholds: tuple[Threshold, ...],
    references: list[dict[str, object]],
) -> Iterator[Item]:
    for model in (version for version in models.versions if version.is_champion):
        yield Item(f"model:{model.name}", "label model", model.version, model.digest, "alias champion")
    policy, taxonomy, rules = settings.privacy.policy, settings.labelling.taxonomy, settings.routing.rules
    yield Item("policy", "privacy policy", configured.policy.version, "", shown_place(policy))
    yield Item("taxonomy", "label heads", content_digest(configured.taxonomy.model_dump()), "", shown_place(taxonomy))
    yield Item("rules", "routing rules", configured.rules.version, "", shown_place(rules))
    if configured.alerts:
        yield Item("alert_rules", "alert rules", configured.alerts.version, "", shown_place(settings.alerts.rules))
    yield Item("thresholds", "thresholds", thresholds_digest(thresholds), "", "models, policy and settings")
    yield from name_model_items(configured.policy)
    if references and references[0]["action"] == "set":
        yield Item("reference", "reference of drift", str(references[0]["baseline_id"]), "", "ops/baselines")


def _heads(models: RegisteredModels) -> Iterator[HeadInForce]:
    for head, (model, found) in models.heads.items():
        yield HeadInForce(model.name, model.version, head, found.labels, found.candidate, found.metrics)


def _thresholds(settings: Settings, configured: Configured, models: RegisteredModels) -> Iterator[Threshold]:
    for head, (model, found) in models.heads.items():
        place = f"{model.name} version {model.version}"
        yield Threshold("a head decides from", f"{head}, any language", found.threshold.default, place)
        for language, value in sorted(found.threshold.by_language.items()):
            yield Threshold("a head decides from", f"{head}, {language}", value, place)
        yield Threshold("share of known terms from", head, found.known_share_min, place)
    yield Threshold("a finding counts from", "personal data", configured.policy.score_threshold, "privacy policy")
    yield from _figures(settings.quality, "quality")
    yield from _figures(settings.monitoring, "monitoring")
    for name in _MONITORING_THRESHOLDS:
        yield from _figures(getattr(settings.monitoring, name), f"monitoring.{name}")


def _figures(section: BaseModel, prefix: str) -> Iterator[Threshold]:
    """The numbers of a section of the settings."""
    for name in type(section).model_fields:
        value = getattr(section, name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            yield Threshold(f"{prefix}.{name}", "runs", float(value), "settings")


def _rules(rules: Rules) -> Iterator[tuple[str, str, str, str]]:
    for rule in (*rules.rules, rules.default):
        when = "; ".join(condition.in_words() for condition in rule.conditions) or "no other rule takes it"
        yield rule.name, rule.queue, rule.priority or "as labelled", when


def _alert_rows(alerts: AlertRules | None) -> Iterator[tuple[str, str, str, str]]:
    for rule in alerts.rules.values() if alerts else ():
        yield rule.name, rule.severity, rule.owner, rule.runbook


def shown_place(file: str) -> str:
    """A file's path, from the project's folder where it lies in it."""
    path = Path(file)
    return str(path.relative_to(PROJECT)) if path.is_relative_to(PROJECT) else str(path)
