"""Shares mails among teams, one after the other in the order of receipt; no chance and no clock, so that it repeats."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from triage.lake.tables.gold import OVERFLOW
from triage.routing.teams.queue import Queue, Team

DAY_MICROS = 86_400_000_000
STAYS = "it stays with its thread"


class Waiting(NamedTuple):
    """A mail that needs a team: `able` says of each team of the queue whether it has the skills.

    `day` counts days of receipt in UTC since 1970. `team` is that of the thread's mail before, if the rule is sticky.
    """

    mail_key: str
    batch_id: int
    day: int
    able: Sequence[bool]
    team: str | None = None


class Place(NamedTuple):
    """Where a mail ends up; `note` is a part of the reason."""

    queue: str
    team: str | None
    moved_by: str | None = None
    note: str = ""


@dataclass
class Desk:
    """Who has how many mails, by queue and team: of each day of receipt, and of each batch."""

    queues: Mapping[str, Queue]
    by_day: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    by_batch: Counter[tuple[str, str, int]] = field(default_factory=Counter)

    def place(self, queue: str, mail: Waiting) -> Place:
        """The team with the fewest mails of the day among those that can take the mail and are not at their limit.

        A tie is decided by a hash of mail and team. The team of a thread keeps it, whatever its limit.
        """
        known = self.queues.get(queue)
        if known is None or not known.teams:
            return Place(queue, None)
        teams = [team for team, able in zip(known.teams, mail.able, strict=True) if able]
        free = [team for team in teams if self._has_room(queue, team, mail)]
        kept = [team for team in known.teams if team.name == mail.team]
        chosen = kept or sorted(free, key=lambda team: (self.by_day[queue, team.name, mail.day], _draw(team, mail)))
        if chosen:
            self.count(queue, chosen[0].name, mail.day, mail.batch_id)
            return Place(queue, chosen[0].name)
        why = f"the teams of {queue} are full" if teams else f"no team of {queue} has the skills"
        return Place(known.overflow, None, OVERFLOW, why) if known.overflow else Place(queue, None, None, why)

    def count(self, queue: str, team: str, day: int, batch_id: int, mails: int = 1) -> None:
        """Adds mails that a team has."""
        self.by_day[queue, team, day] += mails
        self.by_batch[queue, team, batch_id] += mails

    def _has_room(self, queue: str, team: Team, mail: Waiting) -> bool:
        of_day, of_batch = self.by_day[queue, team.name, mail.day], self.by_batch[queue, team.name, mail.batch_id]
        return not (team.per_day and of_day >= team.per_day) and not (team.per_batch and of_batch >= team.per_batch)


def _draw(team: Team, mail: Waiting) -> bytes:
    return hashlib.sha256(f"{mail.mail_key}:{team.name}".encode()).digest()
