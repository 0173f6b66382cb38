"""An alert of one run: what a rule found in one slice, what became of it, and its row of `metrics/alerts`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Literal, Self

Severity = Literal["info", "warning", "critical"]
State = Literal["raised", "open", "silenced", "over_budget", "resolved"]

SEVERITIES: tuple[Severity, ...] = ("info", "warning", "critical")
"""From the least to the worst."""

Key = tuple[str, str, str]
"""What an alert is recognized by from run to run: rule, kind of slice, slice."""

Row = Mapping[str, Any]
"""A row of `metrics/alerts`."""


def key_of(row: Row) -> Key:
    """The key of a row."""
    return row["rule"], row["by"], row["slice"]


def in_words(key: Key) -> str:
    """A key as `folded` shows it: `volume_low`, or `wording_changed (queue billing)`."""
    rule, by, of = key
    return rule if by == "run" else f"{rule} ({by} {of})"


def rank(severity: str) -> int:
    """0 for info, higher for worse."""
    return SEVERITIES.index(severity)


@dataclass(frozen=True, slots=True)
class Alert:
    """What a run says of one rule and slice.

    Times are in UTC: `raised_at` is this run's, `since` when it was first raised, `held_at` when its conditions last
    held, `told_at` when sinks were last to send it before. `cost` is the expected cost of ignoring it for a day, in the
    unit of `monitoring.value`. `folded` are alerts that the same cause explains. `is_news` says that sinks are to send
    it: not where it is open as before, silenced or over the budget. `sent_to` are the sinks that took it.
    """

    rule: str
    by: str
    slice: str
    state: State
    severity: Severity
    owner: str
    runbook: str
    sentence: str
    cost: float
    raised_at: datetime
    since: datetime
    held_at: datetime
    told_at: datetime | None = None
    folded: tuple[str, ...] = ()
    is_news: bool = False
    sent_to: tuple[str, ...] = ()

    @classmethod
    def from_row(cls, row: Row, runbook: str) -> Self:
        """The alert that `as_row` gave, with its rule's page, which is not stored."""
        names = [field.name for field in fields(cls) if field.name in row]
        lists = {"folded": tuple(row["folded"]), "sent_to": tuple(row["sent_to"])}
        is_news = row["told_at"] == row["raised_at"]
        return cls(**{name: row[name] for name in names} | lists, runbook=runbook, is_news=is_news)

    @property
    def key(self) -> Key:
        """Rule, kind of slice, slice."""
        return self.rule, self.by, self.slice

    @property
    def line(self) -> str:
        """One line for people: what happened, who looks after it, and what to read."""
        word = "resolved" if self.state == "resolved" else self.severity
        return f"{word}: {self.sentence} ({self.owner}; {self.runbook})"

    def as_row(self, run_id: str) -> dict[str, Any]:
        """The row of `metrics/alerts`."""
        names = ("raised_at", "rule", "by", "slice", "state", "severity", "owner", "sentence", "cost")
        told = self.raised_at if self.is_news else self.told_at
        times = {"since": self.since, "held_at": self.held_at, "told_at": told}
        lists = {"folded": list(self.folded), "sent_to": list(self.sent_to)}
        return {"run_id": run_id, **{name: getattr(self, name) for name in names}, **times, **lists}
