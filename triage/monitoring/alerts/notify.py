"""From a run's measurements to what was told of it: evaluates, sends, and raises an alert of its own for sinks."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from triage.monitoring.alerts.alert import Alert, Row
from triage.monitoring.alerts.evaluation import evaluate, unresolved
from triage.monitoring.alerts.metrics import METRIC_FAILED, SINK_FAILED, failures
from triage.monitoring.alerts.rules.load import AlertRules
from triage.monitoring.alerts.sinks.delivery import SinkResult, send, with_sinks
from triage.monitoring.measurement import Measurement
from triage.monitoring.watch import Measured

_FIRST_PART = 0.75
"""Part of the time for sinks in which the alerts of a run are sent; the rest is for telling that a sink failed."""


@dataclass(frozen=True, slots=True)
class Notified:
    """The alerts of a run, the most expensive first; what became of them; and the measurements of both.

    `lines` are what the run summary prints: the news, and one line for what is still open. None where no sink prints.
    """

    alerts: tuple[Alert, ...] = ()
    results: tuple[SinkResult, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    lines: tuple[str, ...] = ()

    @property
    def sentences(self) -> tuple[str, ...]:
        """What `alerts` of the summary file holds: a sentence for each alert that holds, sent or not."""
        return tuple(a.sentence for a in self.alerts if a.state in ("raised", "open", "over_budget"))


def notify(
    rules: AlertRules,
    measured: Measured,
    earlier: Iterable[Row],
    now: datetime,
    details: Mapping[str, str] | None = None,
    failed_before: Iterable[str] = (),
) -> Notified:
    """Evaluates the rules over what a run measured, and sends what is news.

    `earlier`, `now` and `details` as for `evaluate`. `measurements` of the result are those that this adds: metrics
    that failed or work again, and sinks that failed or worked. A sink that fails raises `sink_failed`, which goes to
    the other sinks; so a part of `alerts.send_seconds` is kept for that. One that fails only then raises it, too, and
    nothing is sent again.
    `failed_before` are names that failed in the run before too late for its alerts: they raise `metric_failed` now, and
    are not measured as failures of this run.
    """
    end, seconds = time.monotonic() + rules.settings.send_seconds, rules.settings.send_seconds * _FIRST_PART
    earlier = list(earlier)
    failed = [*measured.failed, *failed_before]
    work_again = _work_again(measured.worked, failed, earlier)
    about_metrics = [*_failed_metrics(measured.failed), *work_again]
    found = [*measured.measurements, *_failed_metrics(failed), *work_again]
    evaluated = partial(_evaluated, rules, found, earlier, now, details)
    alerts = evaluated(())
    results = send(alerts, rules, prints=False, seconds=seconds)
    about_sinks = _about(results)
    if about_sinks:
        sent, alerts = alerts, evaluated(about_sinks)
        results += _send_added(rules, alerts, sent, results, end)
    if about_sinks != (last := _about(results)):
        about_sinks, alerts = last, evaluated(last)
    shown = _lines(alerts) if any(sink.is_printed for sink in rules.sinks) else ()
    return Notified(tuple(with_sinks(alerts, results)), tuple(results), (*about_metrics, *about_sinks), shown)


def told_before(rules: AlertRules, measured: Measured, rows: Iterable[Row]) -> Notified:
    """What `rows` of metrics/alerts say that this run has told already: an attempt before it was killed sent them.

    Nothing is evaluated or sent again. A run that was killed between sending and storing has no rows, so that its
    alerts are sent at least once.
    """
    pages = {name: rule.runbook for name, rule in rules.rules.items()}
    alerts = tuple(Alert.from_row(row, pages.get(row["rule"], "")) for row in rows)
    shown = _lines(alerts) if any(sink.is_printed for sink in rules.sinks) else ()
    return Notified(alerts, measurements=tuple(_failed_metrics(measured.failed)), lines=shown)


def _failed_metrics(failed: Iterable[str]) -> list[Measurement]:
    names = list(dict.fromkeys(failed))
    return failures(METRIC_FAILED, "metric", names, names)


def _work_again(worked: Iterable[str], failed: Sequence[str], earlier: Sequence[Row]) -> list[Measurement]:
    """0 for what worked and has an alert, which this resolves; nothing of the others, whose working is no news.

    What the run did not try stays unknown, and its alert open.
    """
    open_ones = {of for _, by, of in unresolved(earlier) if by == "metric"}
    names = [name for name in dict.fromkeys(worked) if name in open_ones and name not in failed]
    return failures(METRIC_FAILED, "metric", names, ())


def _evaluated(
    rules: AlertRules,
    found: Sequence[Measurement],
    earlier: Sequence[Row],
    now: datetime,
    details: Mapping[str, str] | None,
    about_sinks: Sequence[Measurement],
) -> list[Alert]:
    return evaluate(rules, [*found, *about_sinks], earlier, now, details)


def _send_added(
    rules: AlertRules, alerts: Sequence[Alert], sent: Sequence[Alert], results: Sequence[SinkResult], end: float
) -> list[SinkResult]:
    """Sends only what is new since it is known what became of the sinks, to those that worked."""
    before = {(alert.key, alert.state) for alert in sent}
    added = [replace(a, is_news=a.is_news and (a.key, a.state) not in before) for a in alerts]
    if not any(alert.is_news for alert in added):
        return []
    failed = [result.sink for result in results if not result.is_taken]
    return send(added, rules, without=failed, prints=False, seconds=max(end - time.monotonic(), 0.0))


def _about(results: Sequence[SinkResult]) -> list[Measurement]:
    """Which sinks failed at all, and which did not."""
    names = dict.fromkeys(result.sink for result in results)
    return failures(SINK_FAILED, "sink", names, [result.sink for result in results if not result.is_taken])


def _lines(alerts: Sequence[Alert]) -> tuple[str, ...]:
    news = [alert.line for alert in alerts if alert.is_news]
    waiting = [alert.rule for alert in alerts if alert.state in ("open", "over_budget")]
    rest = f"still open: {', '.join(dict.fromkeys(waiting))} (jobs/alerts.py lists them)"
    return (*news, rest) if waiting else tuple(news)
