"""A validated alert rule, made of its entry in the file, and the one rule that is built in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from triage.config import PROJECT
from triage.monitoring.alerts.alert import Severity
from triage.monitoring.alerts.metrics import RULES_REFUSED
from triage.monitoring.alerts.rules.conditions import ATTRIBUTES
from triage.monitoring.alerts.rules.rule_file import Cost, RuleEntry
from triage.monitoring.alerts.rules.sentences import validate_sentence
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
    resolved_when: tuple[Condition, ...] = ()

    def covers(self, measurement: Measurement) -> bool:
        """Whether the rule is about this measurement."""
        name = measurement.metric
        is_own = any(name == metric or name.startswith(f"{metric}.") for metric in self.metrics)
        return is_own and measurement.by in self.by


BUILT_IN: Mapping[str, AlertRule] = {
    RULES_REFUSED: AlertRule(
        name=RULES_REFUSED,
        metrics=(RULES_REFUSED,),
        by=("run",),
        conditions=(read_condition(ATTRIBUTES["value"], {"min": 1}),),
        critical_when=(),
        severity="critical",
        owner="engineering",
        runbook=f"docs/runbook/{RULES_REFUSED}.md",
        cost=Cost(a_day=150),
        sentence="A part of the alert file is wrong and was left out. {detail}",
    )
}
"""Not in the file, since a file that is wrong must be told of."""


def rule_of(entry: RuleEntry, names: Collection[str]) -> AlertRule:
    """The rule of an entry; `names` are those of all rules of the file. Raises RuleFault."""
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
        conditions=_conditions(entry.when, metrics),
        critical_when=_conditions(entry.critical_when, metrics),
        severity=entry.severity,
        owner=entry.owner,
        runbook=_runbook(entry),
        cost=entry.cost,
        sentence=entry.sentence,
        resolve_hours=entry.resolve_hours,
        resolved_when=_conditions(entry.resolved_when, metrics),
    )


def _validate_metric(name: str, by: Sequence[str]) -> None:
    metric = metric_of(name)
    if metric is None:
        raise RuleFault(f"There is no metric {name!r}.", nearest(name, [known.name for known in METRICS]))
    if not metric.has(name):
        known = [f"{metric.name}.{part.removesuffix('.*')}" for part in metric.parts or ()]
        raise RuleFault(f"{metric.name} has no part {name!r}.", nearest(name, known or [metric.name]))
    for kind in by:
        if kind not in metric.by:
            raise RuleFault(f"{metric.name} is not measured by {kind!r}.", nearest(kind, metric.by))


def _conditions(given: Mapping[str, Any], metrics: Sequence[str]) -> tuple[Condition, ...]:
    for name in given:
        if name not in ATTRIBUTES:
            raise RuleFault(f"A measurement has no figure {name!r}.", nearest(name, ATTRIBUTES))
    found = tuple(read_condition(ATTRIBUTES[name], condition) for name, condition in given.items())
    for condition in found:
        if condition.attribute.name == "note":
            _validate_notes(condition, metrics)
    return found


def _validate_notes(condition: Condition, metrics: Sequence[str]) -> None:
    codes = [metric.notes for name in metrics if (metric := metric_of(name))]
    known = [note for notes in codes for note in notes or ()]
    for note in condition.named:
        if None not in codes and note not in known:
            raise RuleFault(f"{' or '.join(metrics)} has no note {note!r}.", nearest(note, known))


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
