"""The settings, and the files that they name."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from triage.config import Settings
from triage.doctor.finding import Finding, fault, ok, warning
from triage.doctor.patient import Patient
from triage.errors import ConfigError, TriageError
from triage.labelling.taxonomy import load_taxonomy
from triage.monitoring.alerts.rules.usable import usable_alert_rules
from triage.privacy.policy import load_policy
from triage.routing.rules import load_rules


def check_settings(patient: Patient) -> Iterator[Finding]:
    """Loads what a run loads before it starts: policy, taxonomy, routing rules and alert rules."""
    settings = patient.settings
    for name, load in _FILES.items():
        try:
            load(settings)
        except TriageError as found:
            yield fault(found.what, found.remedy, name)
    refused = usable_alert_rules(settings).refused
    if refused:
        yield warning(
            f"{len(refused)} alert rules are left out.", "jobs/alerts.py check says what is wrong with them.", "alerts"
        )
    yield ok(f"The settings are valid; the mode is {settings.mode}.")


def unusable(found: ConfigError) -> Finding:
    """The finding of settings that cannot be loaded at all."""
    return fault(found.what, found.remedy or "Correct the settings.")


def _rules(settings: Settings) -> object:
    return load_rules(settings, {head.name: head.labels for head in load_taxonomy(settings)})


_FILES: dict[str, Callable[[Settings], object]] = {
    "privacy.policy": lambda settings: load_policy(settings.privacy.policy),
    "labelling.taxonomy": load_taxonomy,
    "routing.rules": _rules,
}
