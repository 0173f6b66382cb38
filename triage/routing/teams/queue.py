"""Queues and their teams, validated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from triage.routing.attributes import Attribute
from triage.routing.conditions import Condition, RuleFault, nearest, read_condition
from triage.routing.rule_file import QueueEntry, TeamEntry


@dataclass(frozen=True, slots=True)
class Team:
    """Some people of a queue, the mails that they can answer, and how many at most."""

    name: str
    skills: tuple[Condition, ...] = ()
    per_day: int | None = None
    per_batch: int | None = None


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue with teams; what none of them can take goes to `overflow`, or stays where that is None."""

    name: str
    teams: tuple[Team, ...]
    overflow: str | None


def read_conditions(when: Mapping[str, object], known: Mapping[str, Attribute]) -> list[Condition]:
    """The conditions of a mapping attribute → condition. Raises RuleFault where one is not valid."""
    for name in when:
        if name not in known:
            raise RuleFault(f"There is no head or fact {name!r}.", nearest(name, known))
    return [read_condition(known[name], given) for name, given in when.items()]


def read_queue(name: str, entry: QueueEntry, known: Mapping[str, Attribute]) -> Queue:
    """The queue that an entry declares. Raises RuleFault where it is not valid."""
    names = [team.name for team in entry.teams]
    if len(set(names)) < len(names):
        raise RuleFault("Two teams have one name.", "Give each team of a queue a name of its own.")
    if entry.overflow == name:
        raise RuleFault("The queue overflows into itself.", "Name another queue, or take overflow out.")
    if entry.overflow and not entry.teams:
        raise RuleFault("overflow is given without teams.", "Add teams, or take it out.")
    return Queue(name, tuple(_team(team, known) for team in entry.teams), entry.overflow)


def conditions_of(queues: Mapping[str, Queue]) -> Iterator[Condition]:
    """All that skills test."""
    return (condition for queue in queues.values() for team in queue.teams for condition in team.skills)


def _team(entry: TeamEntry, known: Mapping[str, Attribute]) -> Team:
    return Team(entry.name, tuple(read_conditions(entry.skills, known)), entry.per_day, entry.per_batch)
