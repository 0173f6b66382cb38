"""Sinks: where alerts are sent. A sink is one file and one line of `SINKS`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from triage.errors import ConfigError
from triage.monitoring.alerts.rules.rule_file import fault_of
from triage.monitoring.alerts.sinks.base import Sink
from triage.monitoring.alerts.sinks.json_file import JsonFileSink
from triage.monitoring.alerts.sinks.prometheus import PrometheusSink
from triage.monitoring.alerts.sinks.smtp import SmtpSink
from triage.monitoring.alerts.sinks.stdout import StdoutSink
from triage.monitoring.alerts.sinks.webhook import WebhookSink
from triage.routing.conditions import nearest

__all__ = ["SINKS", "Sink", "read_sinks"]

SINKS: Mapping[str, type[Sink]] = {
    "stdout": StdoutSink,
    "file": JsonFileSink,
    "webhook": WebhookSink,
    "smtp": SmtpSink,
    "prometheus": PrometheusSink,
}
"""By `kind`."""


def read_sinks(given: Sequence[Mapping[str, Any]], file: Path) -> tuple[Sink, ...]:
    """The sinks of an alert file. Raises ConfigError for an unknown kind or key, and for two of one name."""
    sinks: list[Sink] = []
    for number, entry in enumerate(given, start=1):
        place = f"sink {entry.get('name') or entry.get('kind') or f'number {number}'}"
        sink = _sink(entry, file, place)
        if sink.label in [other.label for other in sinks]:
            raise ConfigError("Two sinks have this name.", where=f"{file}, {place}", remedy="Give one a `name`.")
        sinks.append(sink)
    return tuple(sinks)


def _sink(entry: Mapping[str, Any], file: Path, place: str) -> Sink:
    kind = str(entry.get("kind", ""))
    if kind not in SINKS:
        what = f"There is no kind of sink {kind!r}." if kind else "The key 'kind' is missing."
        raise ConfigError(what, where=f"{file}, {place}", remedy=nearest(kind, SINKS))
    try:
        return SINKS[kind].model_validate(entry)
    except ValidationError as error:
        raise fault_of(error, entry, file, SINKS[kind], place) from None
