"""Alert rules: loaded from YAML and validated against the registered metrics, before a run reads anything."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from triage.config import PROJECT, AlertSettings, Settings
from triage.errors import ConfigError
from triage.monitoring.alerts.alert import Severity
from triage.monitoring.alerts.causes import explained_rules
from triage.monitoring.alerts.rules.conditions import ATTRIBUTES
from triage.monitoring.alerts.rules.rule_file import Cost, RuleEntry, RuleFile, Silence, read_rule_file
from triage.monitoring.alerts.rules.sentences import validate_sentence
from triage.monitoring.alerts.sinks import Sink, read_sinks
from triage.monitoring.measurement import Measurement
from triage.monitoring.registry import METRICS, metric_of
from triage.routing.conditions import Condition, RuleFault, nearest, read_condition


@dataclass(frozen=True, slots=True)
class AlertRule:
    """A validated rule; `runbook` is a path below the project's folder or an address."""

    name: str
    metrics: tuple[str, ...]
    by: tuple[str, ...]
    conditions: tuple[Condition, ...]
    critical_when: tuple[Condition, ...]
    severity: Severity
    owner: str
    runbook: str
    cost: Cost
    sentence: str
    resolve_hours: float = 0.0

    def covers(self, measurement: Measurement) -> bool:
        """Whether the rule is about this measurement."""
        name = measurement.metric
        is_own = any(name == metric or name.startswith(f"{metric}.") for metric in self.metrics)
        return is_own and measurement.by in self.by


@dataclass(frozen=True, slots=True)
class AlertRules:
    """All rules by name, those that each explains (also through others), silences, sinks, and a digest of the file."""

    rules: Mapping[str, AlertRule]
    explains: Mapping[str, frozenset[str]]
    silences: tuple[Silence, ...] = ()
    sinks: tuple[Sink, ...] = ()
    settings: AlertSettings = field(default_factory=AlertSettings)
    version: str = ""


def load_alert_rules(settings: Settings) -> AlertRules:
    """The alert rules of `settings.alerts.rules`.

    Raises ConfigError, with the file, the rule and the remedy, for: an unreadable file, an unknown key, metric, kind of
    slice, figure, operator, rule or kind of sink, a name given twice, rules that fold each other in a circle, a
    sentence with an unknown figure, and a runbook page that does not exist. No secret is read.
    """
    file = Path(settings.alerts.rules)
    content = read_rule_file(file)
    names = [entry.name for entry in content.rules]
    rules = dict(zip(names, _each_rule(file, content, names), strict=True))
    explains = explained_rules({entry.name: entry.folds for entry in content.rules}, file)
    for number, silence in enumerate(content.silences, start=1):
        if silence.rule not in rules:
            where = f"{file}, silence number {number}"
            raise ConfigError(f"There is no rule {silence.rule!r}.", where=where, remedy=nearest(silence.rule, names))
    return AlertRules(
        rules, explains, content.silences, read_sinks(content.sinks, file), settings.alerts, _digest(content)
    )


def _each_rule(file: Path, content: RuleFile, names: Sequence[str]) -> Iterator[AlertRule]:
    seen: set[str] = set()
    for entry in content.rules:
        try:
            if entry.name in seen:
                raise RuleFault("Two rules have this name.", "Give each rule a name of its own.")
            seen.add(entry.name)
            yield _rule(entry, names)
        except RuleFault as fault:
            raise ConfigError(fault.what, where=f"{file}, rule {entry.name}", remedy=fault.remedy) from None


def _rule(entry: RuleEntry, names: Collection[str]) -> AlertRule:
    metrics, by = _many(entry.metric), _many(entry.by)
    for metric in metrics:
        _validate_metric(metric, by)
    for folded in entry.folds:
        if folded not in names:
            raise RuleFault(f"folds has no rule {folded!r}.", nearest(folded, names))
    validate_sentence(entry.sentence)
    return AlertRule(
        name=entry.name,
        metrics=metrics,
        by=by,
        conditions=_conditions(entry.when),
        critical_when=_conditions(entry.critical_when),
        severity=entry.severity,
        owner=entry.owner,
        runbook=_runbook(entry),
        cost=entry.cost,
        sentence=entry.sentence,
        resolve_hours=entry.resolve_hours,
    )


def _validate_metric(name: str, by: Sequence[str]) -> None:
    metric = metric_of(name)
    if metric is None:
        raise RuleFault(f"There is no metric {name!r}.", nearest(name, [known.name for known in METRICS]))
    for kind in by:
        if kind not in metric.by:
            raise RuleFault(f"{metric.name} is not measured by {kind!r}.", nearest(kind, metric.by))


def _conditions(given: Mapping[str, Any]) -> tuple[Condition, ...]:
    for name in given:
        if name not in ATTRIBUTES:
            raise RuleFault(f"A measurement has no figure {name!r}.", nearest(name, ATTRIBUTES))
    return tuple(read_condition(ATTRIBUTES[name], condition) for name, condition in given.items())


def _runbook(entry: RuleEntry) -> str:
    page = entry.runbook or f"docs/runbook/{entry.name}.md"
    if page.startswith("https://"):
        return page
    if not (PROJECT / page).is_file():
        folder = (PROJECT / page).parent
        pages = sorted(str(found.relative_to(PROJECT)) for found in folder.glob("*.md")) if folder.is_dir() else []
        remedy = nearest(page, pages) if pages else "Name a page below the project's folder, such as docs/runbook."
        raise RuleFault(f"There is no runbook page {page!r}.", remedy)
    return page


def _many(given: str | tuple[str, ...]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else given


def _digest(content: RuleFile) -> str:
    """First 16 hex digits of SHA-256 over the content; comments and layout do not count."""
    text = json.dumps(content.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
