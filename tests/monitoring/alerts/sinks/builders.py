"""Alerts and sinks for the tests of sinks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.monitoring.alerts.builders import NOON
from triage.monitoring.alerts.alert import Alert
from triage.monitoring.alerts.sinks import Sink, read_sinks

DEAD = Alert(
    rule="dead_source",
    by="source",
    slice="hr",
    state="raised",
    severity="critical",
    owner="operations",
    runbook="docs/runbook/dead_source.md",
    sentence="No mail came from hr.",
    cost=500.0,
    raised_at=NOON,
    since=NOON,
    held_at=NOON,
    folded=("volume_low",),
    is_news=True,
)
OVER = replace(DEAD, rule="late", state="resolved", severity="warning", by="run", slice="", sentence="It is over.")
OPEN = replace(DEAD, rule="cost_high", state="open", severity="info", is_news=False, by="run", slice="")


def sink(**given: Any) -> Sink:
    """One sink of an alert file."""
    return read_sinks([given], Path("alerts.yaml"))[0]
