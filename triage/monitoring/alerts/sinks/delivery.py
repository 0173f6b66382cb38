"""Sends a run's alerts to all sinks at once, within a time limit that no sink can stretch, and says what failed."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from triage.monitoring.alerts.alert import Alert
from triage.monitoring.alerts.rules.load import AlertRules
from triage.monitoring.alerts.sinks.base import Sink, SinkError

_log = logging.getLogger(__name__)

_UNFINISHED = "it did not end within its time"


@dataclass(frozen=True, slots=True)
class SinkResult:
    """What became of a sink's alerts: `fault` says why they were not taken, in words without a secret."""

    sink: str
    alerts: tuple[Alert, ...]
    fault: str = ""

    @property
    def is_taken(self) -> bool:
        """Whether the sink took them."""
        return not self.fault


class _Sending(threading.Thread):
    """One sink at work. A daemon thread, so that a sink that hangs cannot hold up the end of the process."""

    def __init__(self, sink: Sink, alerts: Sequence[Alert], now: datetime, seconds: float) -> None:
        super().__init__(name=f"sink-{sink.label}", daemon=True)
        self.sink, self.alerts, self._now, self._seconds = sink, tuple(alerts), now, seconds
        self.fault = _UNFINISHED

    def run(self) -> None:
        try:
            self.sink.send(self.alerts, self._now, self._seconds)
            self.fault = ""
        except SinkError as fault:
            self.fault = str(fault)
        except Exception as fault:  # noqa: BLE001 - a sink never fails the job, and an unknown text may hold a secret
            self.fault = f"it failed with {type(fault).__name__}"

    def result(self) -> SinkResult:
        """As it is now."""
        return SinkResult(self.sink.label, self.alerts, self.fault)


def send(
    alerts: Sequence[Alert],
    rules: AlertRules,
    now: datetime | None = None,
    *,
    without: Iterable[str] = (),
    prints: bool = True,
    seconds: float | None = None,
) -> list[SinkResult]:
    """Sends alerts to each sink that wants some, except those named in `without`; returns what became of them.

    Takes `seconds` at most (`alerts.send_seconds` without them); never raises for a sink that fails, but logs a
    warning. `prints` False leaves out standard output, which the run summary writes.
    """
    now, left_out = now or datetime.now(UTC), set(without)
    sinks = [s for s in rules.sinks if s.label not in left_out and (prints or not s.is_printed)]
    seconds = rules.settings.send_seconds if seconds is None else seconds
    wanted = [(sink, sink.wanted(alerts)) for sink in sinks]
    at_work = [_Sending(sink, own, now, seconds) for sink, own in wanted if own or sink.keeps_state]
    end = time.monotonic() + seconds
    for one in at_work:
        one.start()
    for one in at_work:
        one.join(max(end - time.monotonic(), 0.0))
    results = [one.result() for one in at_work]
    for result in results:
        if not result.is_taken:
            _log.warning("The sink %s did not take the alerts: %s.", result.sink, result.fault)
    return results


def with_sinks(alerts: Iterable[Alert], results: Sequence[SinkResult]) -> list[Alert]:
    """The alerts with the sinks that took them."""
    taken = [(result.sink, {a.key for a in result.alerts if a.is_news}) for result in results if result.is_taken]
    return [replace(alert, sent_to=tuple(sink for sink, keys in taken if alert.key in keys)) for alert in alerts]
