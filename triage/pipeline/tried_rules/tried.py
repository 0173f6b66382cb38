"""Routes by the rules in force beside routes by other rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import Any, NamedTuple

Route = Mapping[str, Any]
"""A row of gold/routes."""

_TOLD = ("queue", "priority", "due_at", "team")
"""What people of a queue see of a route; the rule and its words are not among it."""


class Moved(NamedTuple):
    """A mail whose route differs."""

    mail_key: str
    was: str
    now: str
    rule_was: str
    rule_now: str
    differs: tuple[str, ...]
    """Of queue, priority, due_at and team, those that differ."""


@dataclass
class TriedRules:
    """How routes of the same mails differ between the rules in force and those that are tried.

    `queues` and `priorities` count mails by (before, after), equal pairs included; a mail without a priority has the
    empty one. `rules` counts the mails of each rule before and after. `shifts` has the hours by which answers are due
    later, below zero earlier, of mails that are due both times; `newly_due` and `no_longer_due` count the others.
    `moved` has the mails whose queue, priority, due time or team differs. Times are in UTC.
    """

    since: datetime
    until: datetime
    version_before: str = ""
    version_after: str = ""
    mails: int = 0
    seconds: float = 0.0
    queues: Counter[tuple[str, str]] = field(default_factory=Counter)
    priorities: Counter[tuple[str, str]] = field(default_factory=Counter)
    rules: tuple[Counter[str], Counter[str]] = field(default_factory=lambda: (Counter(), Counter()))
    shifts: list[float] = field(default_factory=list)
    newly_due: int = 0
    no_longer_due: int = 0
    moved: list[Moved] = field(default_factory=list)

    def add(self, pairs: Iterable[tuple[Route, Route]]) -> None:
        """Counts mails by their routes before and after."""
        for was, now in pairs:
            self.mails += 1
            self.queues[was["queue"], now["queue"]] += 1
            self.priorities[was["priority"] or "", now["priority"] or ""] += 1
            for counts, route in zip(self.rules, (was, now), strict=True):
                counts[route["rule"]] += 1
            self._add_due(was["due_at"], now["due_at"])
            if differs := tuple(name for name in _TOLD if was.get(name) != now.get(name)):
                self.moved.append(Moved(was["mail_key"], was["queue"], now["queue"], was["rule"], now["rule"], differs))

    @property
    def changed_queues(self) -> list[tuple[str, str, int]]:
        """Queue before, queue after and mails, of mails that change their queue, the most first."""
        return [(was, now, count) for (was, now), count in self.queues.most_common() if was != now]

    @property
    def changed_priorities(self) -> list[tuple[str, str, int]]:
        """As `changed_queues`, of priorities."""
        return [(was, now, count) for (was, now), count in self.priorities.most_common() if was != now]

    @property
    def changed_rules(self) -> list[tuple[str, int, int]]:
        """Rules that gain or lose mails: name, mails before and after, the largest change first."""
        before, after = self.rules
        found = [(name, before[name], after[name]) for name in sorted({*before, *after})]
        return sorted((one for one in found if one[1] != one[2]), key=lambda one: -abs(one[2] - one[1]))

    @property
    def earlier(self) -> list[float]:
        """Hours by which answers are due earlier."""
        return [-hours for hours in self.shifts if hours < 0]

    @property
    def later(self) -> list[float]:
        """Hours by which answers are due later."""
        return [hours for hours in self.shifts if hours > 0]

    def __repr__(self) -> str:
        moved = sum(count for *_, count in self.changed_queues)
        due = [f"{len(hours)} due {word} (median {median(hours):.1f} h)" for word, hours in self._due() if hours]
        return f"<TriedRules: {self.mails} mails, {moved} to another queue{''.join(f', {one}' for one in due)}>"

    def _due(self) -> tuple[tuple[str, list[float]], ...]:
        return (("earlier", self.earlier), ("later", self.later))

    def _add_due(self, was: datetime | None, now: datetime | None) -> None:
        if was and now:
            self.shifts.append((now - was).total_seconds() / 3600)
        self.newly_due += bool(now and not was)
        self.no_longer_due += bool(was and not now)
