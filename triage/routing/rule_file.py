"""The schema of conf/routing.yaml, and its faults with place and remedy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import Field, ValidationError

from triage.errors import ConfigError
from triage.routing.calendars.entry import CalendarEntry, MaintenanceEntry
from triage.routing.conditions import nearest
from triage.routing.part import Part
from triage.yaml_file import read_yaml

DEFAULT = "default"
MAX_HOURS = 24 * 366

Hours = Annotated[float, Field(gt=0, le=MAX_HOURS)]


Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]

LATER_KEYS = frozenset(
    {
        "business_hours",
        "calendar",
        "begin",
        "end",
        "time_zone",
        "calendars",
        "queues",
        "sticky",
        "vips",
        "teams",
        "overflow",
    }
)
"""Keys that rule files did not always have. Unset, they do not count in the digest, so that a file keeps its own."""


class CalendarChoice(Part):
    """One of several calendars, by what a mail is."""

    by: str
    """An attribute with one value, such as `language` or a head."""

    of: dict[str, Name] = Field(min_length=1)
    """Its value → the calendar."""

    otherwise: Name
    """The calendar for all other mails."""


class Outcome(Part):
    """Where a mail goes."""

    queue: Name
    """The queue's name."""

    priority: str | None = None
    """A label of the head `priority`; without it the label that the head gave."""

    due_hours: Hours | dict[str, Hours | None] | None = None
    """Hours to answer: one number, or one for each priority, `abstained` and `otherwise`; none where nothing is due."""

    business_hours: Hours | dict[str, Hours | None] | None = None
    """As `due_hours`, but only hours of work count, by `calendar` or else that of the queue."""

    calendar: Name | CalendarChoice | None = None
    """The calendar of `business_hours`."""

    sticky: bool = False
    """Whether a later mail of a thread goes to the queue, and the team, of the one before."""

    reason: str | None = Field(None, min_length=1, max_length=200)
    """The reason in words; by default the conditions."""


class RuleEntry(Outcome):
    """One rule as the file gives it."""

    name: Name
    """A unique name."""

    when: dict[str, Any] = Field(min_length=1)
    """Attribute → its condition; all must hold."""

    begin: date | None = Field(None, alias="from")
    """The first day of receipt for which the rule counts."""

    end: date | None = Field(None, alias="until")
    """The last such day."""


class TeamEntry(Part):
    """Some people of a queue."""

    name: Name
    """Unique in the queue."""

    skills: dict[str, Any] = Field(default_factory=dict)
    """Attribute → its condition, as in a rule's `when`: which mails they can answer; all without it."""

    per_day: int | None = Field(None, ge=1)
    """Mails of one day of receipt (UTC) that they take."""

    per_batch: int | None = Field(None, ge=1)
    """Mails of one batch that they take."""


class QueueEntry(Part):
    """What holds for a queue, whatever rule names it."""

    calendar: Name | CalendarChoice | None = None
    """The calendar of `business_hours` of rules that name none."""

    teams: tuple[TeamEntry, ...] = ()
    """The teams among which its mails are shared."""

    overflow: Name | None = None
    """The queue for mails that no team can take; without it they stay, without a team."""


class RuleFile(Part):
    """The rule file."""

    time_zone: str = "UTC"
    """Where the days of `from` and `until` begin and end."""

    calendars: dict[Name, CalendarEntry] = Field(default_factory=dict)
    """By name, when people work."""

    queues: dict[Name, QueueEntry] = Field(default_factory=dict)
    """By name, what holds for a queue."""

    vips: tuple[str, ...] = ()
    """Pseudonyms of people whose mails meet `vip: true`; jobs/pseudonym.py prints a person's."""

    default: Outcome
    """The queue of mails that no rule matches."""

    rules: tuple[RuleEntry, ...] = ()
    """First match wins."""


_NAMED: Mapping[str, tuple[str, type[Part]]] = MappingProxyType(
    {"calendars": ("calendar", CalendarEntry), "queues": ("queue", QueueEntry)}
)
_LISTED: Mapping[str, tuple[str, type[Part]]] = MappingProxyType(
    {"teams": ("team", TeamEntry), "maintenance": ("maintenance", MaintenanceEntry)}
)
_EXPECTED = MappingProxyType({"tuple_type": "a list", "model_type": "a mapping", "dict_type": "a mapping"})
_UNSET: tuple[Any, ...] = (None, {}, [], False, "UTC")


def read_rule_file(file: Path) -> RuleFile:
    """The rule file, validated against its schema. Raises ConfigError naming the file, the rule and the remedy."""
    content = read_yaml(file, "rule file", "Give a readable YAML file with rules; a run takes that of routing.rules.")
    try:
        return RuleFile.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place, shape, rest = _place(content, first["loc"])
        place, shape, rest = _listed_place(place, shape, rest)
        what, remedy = _explain(first["type"], first["msg"], shape, rest)
        where = f"{file}, {place}" if place else str(file)
        raise ConfigError(what, where=where, remedy=remedy) from None


def content_of(file: RuleFile) -> dict[str, Any]:
    """What the digest of a rule file is made of, without LATER_KEYS that are not set."""
    return {key: _without_unset(value) for key, value in _set_keys(file.model_dump(mode="json")).items()}


def _set_keys(content: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in content.items() if key not in LATER_KEYS or value not in _UNSET}


def _without_unset(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_unset(inner) for key, inner in _set_keys(value).items()}
    return [_without_unset(inner) for inner in value] if isinstance(value, list) else value


def _place(content: Any, location: Sequence[str | int]) -> tuple[str, type[Part], Sequence[str | int]]:
    """The rule, calendar or queue with the fault, by name where it has one, its shape, and the path below it."""
    if location[:1] == (DEFAULT,) and len(location) > 1:
        return f"rule {DEFAULT}", Outcome, location[1:]
    if len(location) > 1 and location[0] in _NAMED:
        noun, shape = _NAMED[str(location[0])]
        return f"{noun} {location[1]}", shape, location[2:]
    if len(location) > 1 and location[0] == "rules":
        entry = content["rules"][location[1]]
        name = entry.get("name") if isinstance(entry, Mapping) else None
        return f"rule {name or f'number {int(location[1]) + 1}'}", RuleEntry, location[2:]
    return "", RuleFile, location


def _listed_place(
    place: str, shape: type[Part], path: Sequence[str | int]
) -> tuple[str, type[Part], Sequence[str | int]]:
    """As `_place`, one step further down: a team of a queue, or a maintenance window of a calendar."""
    if len(path) > 2 and path[0] in _LISTED:
        noun, shape = _LISTED[str(path[0])]
        return f"{place}, {noun} number {int(path[1]) + 1}", shape, path[2:]
    return place, shape, path


def _explain(kind: str, message: str, shape: type[Part], path: Sequence[str | int]) -> tuple[str, str]:
    key = str(path[0]) if path else "the file"
    fields = {field.alias or name: field for name, field in shape.model_fields.items()}
    if kind == "extra_forbidden":
        return f"There is no key {str(path[-1])!r}.", nearest(path[-1], fields)
    if kind == "missing":
        return f"The key {key!r} is missing.", f"{key}: {fields[key].description}"
    if key in ("due_hours", "business_hours"):
        remedy = f"Give a number of hours, above 0 and at most {MAX_HOURS}, or one for each priority."
        return f"{key} is not a time to answer.", remedy
    if key == "calendar":
        remedy = "Name a calendar, or choose one: {by: language, of: {fr: paris}, otherwise: berlin}."
        return "calendar is neither a name nor a choice.", remedy
    if not path:
        return "A mapping was expected here.", "The file holds `default` and the list `rules` of mappings."
    expected = f"{_EXPECTED[kind]} was expected" if kind in _EXPECTED else message
    return f"{key} is wrong: {expected}.", "Correct it and start again."
