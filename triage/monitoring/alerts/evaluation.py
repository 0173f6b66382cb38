"""What a run has to tell: its measurements against the rules and against what earlier runs told. No table is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from triage.monitoring.alerts.alert import Alert, Key, Row, key_of, rank
from triage.monitoring.alerts.causes import parents_of
from triage.monitoring.alerts.rules.conditions import can_tell, hold
from triage.monitoring.alerts.rules.load import AlertRules
from triage.monitoring.alerts.rules.rule import AlertRule
from triage.monitoring.alerts.telling import SILENCE_ENDED, Held, Telling
from triage.monitoring.measurement import Measurement

_DAY = timedelta(days=1)


def evaluate(
    rules: AlertRules,
    measurements: Iterable[Measurement],
    earlier: Iterable[Row],
    now: datetime,
    details: Mapping[str, str] | None = None,
) -> list[Alert]:
    """All alerts of a run, the most expensive to ignore first.

    `earlier` are the rows of `metrics/alerts` of the last `monitoring.history_days`, in any order, `now` is an aware
    time, `details` are words for `{detail}` by metric.

    A rule raises one alert for a slice; what the same cause explains is folded into it. An alert that stays is `open`
    and not sent again, unless its severity rises or `alerts.remind_hours` have passed. It is `resolved`, which is sent
    once, when a run knows the figures and the conditions have not held for the rule's `resolve_hours`; of a rule with
    `resolved_when` not before this holds as well. While they are unknown it stays open, for up to
    `alerts.unknown_days`. Alerts beyond `alerts.budget_a_day` are kept for a later run; critical ones always go.
    """
    earlier, measurements = list(earlier), list(measurements)
    last = unresolved(earlier)
    held = {one.key: one for one in _held(rules, measurements, last)}
    told = Telling(rules, last, now, details or {})
    parents = parents_of(list(held), rules.explains, last, [key for key in held if told.silence(key)])
    alerts = [told.of(one, _children(one, held, parents)) for key, one in held.items() if key not in parents]
    alerts += told.gone(last.keys() - held.keys(), measurements)
    alerts += told.ended_silences(earlier)
    ranked = sorted(alerts, key=lambda alert: (-alert.cost, -rank(alert.severity), alert.key))
    return list(_within_budget(ranked, rules.settings.budget_a_day - _sent_today(earlier, now)))


def _held(rules: AlertRules, measurements: Sequence[Measurement], last: Mapping[Key, Row]) -> list[Held]:
    """What holds, the most expensive first, one a rule and slice: of several metrics the first, with the others."""
    found: dict[Key, list[Held]] = {}
    for one in measurements:
        for rule in (rule for rule in rules.rules.values() if rule.covers(one)):
            held = Held(rule, one, lasts=not hold(rule.conditions, one))
            if not held.lasts or (held.key in last and _is_as_before(rule, one)):
                found.setdefault(held.key, []).append(held)
    ordered = [sorted(same, key=lambda held: (held.lasts, *held.rank)) for same in found.values()]
    first = [replace(same[0], others=tuple(other.measurement for other in same[1:])) for same in ordered]
    return sorted(first, key=lambda held: held.rank)


def _is_as_before(rule: AlertRule, one: Measurement) -> bool:
    """Whether what the rule asks for its end is known, and does not hold."""
    return bool(rule.resolved_when) and can_tell(rule.resolved_when, one) and not hold(rule.resolved_when, one)


def _children(cause: Held, held: Mapping[Key, Held], parents: Mapping[Key, Key]) -> list[Held]:
    return [held[child] for child, parent in parents.items() if parent == cause.key]


def unresolved(earlier: Iterable[Row]) -> dict[Key, Row]:
    """The latest row of each alert that is not resolved; what is said once is not among them."""
    latest: dict[Key, Row] = {}
    for row in sorted(earlier, key=lambda row: row["raised_at"]):
        latest[key_of(row)] = row
    return {key: row for key, row in latest.items() if row["state"] != "resolved" and row["rule"] != SILENCE_ENDED}


def _sent_today(earlier: Iterable[Row], now: datetime) -> int:
    """What the budget counts: alerts raised within the last day that were not critical."""
    raised = [row for row in earlier if row["state"] == "raised" and row["severity"] != "critical"]
    return sum(row["raised_at"] > now - _DAY for row in raised)


def _within_budget(alerts: Iterable[Alert], left: int) -> Iterator[Alert]:
    for alert in alerts:
        counts = alert.state == "raised" and alert.severity != "critical"
        if counts and left <= 0:
            yield replace(alert, state="over_budget", is_news=False)
            continue
        left -= counts
        yield alert
