"""Rules over one mail in this process: the same conditions and outcomes as `columns` and `route` give in Spark."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, cast

import regex

from triage.routing.attributes import ABSTAINED, AUTOMATIC, CARRIED, NO, YES, Attribute, Kind
from triage.routing.calendars.due import due_at
from triage.routing.calendars.openings import micros_of
from triage.routing.conditions import Condition
from triage.routing.path import Tried
from triage.routing.rules import PRIORITY, Rule, Rules
from triage.routing.service_time import MICROS_OF_AN_HOUR, OTHERWISE

Values = Mapping[str, Any]
"""A mail's columns of silver/mail, and by the names of attributes its labels and scores."""


def values_of(mail: Mapping[str, Any], labels: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What rules test of a mail: its facts, and each head's label, `abstained` where its row has none, and score."""
    values = dict(mail)
    for head, row in labels.items():
        values |= {head: ABSTAINED if row["label"] is None else row["label"], f"{head}_score": row["score"]}
    return values


def holds(condition: Condition, values: Values) -> bool:
    """Whether a condition holds; on what a mail lacks none does."""
    attribute = condition.attribute
    if attribute.kind is Kind.WORDS:
        return _members(condition, {word for word in condition.named if _has_word(attribute, word, values)})
    value = values.get(attribute.name)
    if attribute.kind is Kind.MEMBERS:
        return _members(condition, value or ())
    if attribute.name == "attachments":
        value = len(value or ())
    if value is None:
        return False
    if attribute.kind is Kind.TIME:
        value = micros_of(value)
    if attribute.kind in (Kind.NUMBER, Kind.TIME):
        return bool(condition.minimum <= value <= condition.maximum)
    return _equals(condition, (YES if value else NO) if attribute.kind is Kind.FLAG else str(value))


def route_of(mail: Mapping[str, Any], labels: Mapping[str, Mapping[str, Any]], rules: Rules) -> dict[str, Any]:
    """The row of gold/routes of a mail with these rows of gold/labels by head."""
    values = values_of(mail, labels)
    matching = (rule for rule in rules.rules if holds_all(rule.conditions, values))
    rule = next(matching, rules.default)
    priority = rule.priority or values.get(PRIORITY)
    return {
        "mail_key": mail["mail_key"],
        "batch_id": mail["batch_id"],
        "queue": rule.queue,
        "priority": None if priority == ABSTAINED else priority,
        "due_at": _due_at(rule, priority, values),
        "rule": rule.name,
        "reason": rule.reason,
        "rules_version": rules.version,
        **{name: mail.get(name) for name in CARRIED},
        "automatic": any(mail.get(name) for name in AUTOMATIC),
    }


def path_of(mail: Mapping[str, Any], labels: Mapping[str, Mapping[str, Any]], rules: Rules) -> list[Tried]:
    """The rules in their order, up to the one that matches the mail or the default."""
    values, path = values_of(mail, labels), []
    for rule in rules.rules:
        failed = next((one.in_words() for one in rule.conditions if not holds(one, values)), None)
        path.append(Tried(rule.name, rule.queue, failed))
        if failed is None:
            return path
    return [*path, Tried(rules.default.name, rules.default.queue, None)]


def _due_at(rule: Rule, priority: str | None, values: Values) -> datetime | None:
    hours, received = _hours(rule, priority), cast("datetime", values["received_at"])
    if hours is None:
        return None
    if rule.calendar is None:
        return received + timedelta(seconds=round(hours * 3600, 6))
    by = rule.calendar.by
    calendar = rule.calendar.of_value(values.get(by.name) if by else None)
    return due_at(calendar, received, round(hours * MICROS_OF_AN_HOUR))


def _hours(rule: Rule, priority: str | None) -> float | None:
    known = ABSTAINED if priority is None else priority
    return rule.hours[known] if known in rule.hours and known != OTHERWISE else rule.hours[OTHERWISE]


def _equals(condition: Condition, value: str) -> bool:
    admitted = condition.admitted()
    if admitted is not None:
        return value in admitted
    return value not in {*condition.none_of, ABSTAINED}


def _members(condition: Condition, present: Collection[str]) -> bool:
    has_all = all(value in present for value in condition.all_of)
    has_none = not any(value in present for value in condition.none_of)
    return has_all and has_none and (not condition.any_of or any(value in present for value in condition.any_of))


def _has_word(attribute: Attribute, word: str, values: Values) -> bool:
    return any(_phrase(word).search(values[name]) for name in attribute.fields if values.get(name) is not None)


@lru_cache(maxsize=1_024)
def _phrase(word: str) -> Any:
    """A word or phrase as a whole, in any case and with any white space between."""
    phrase = r"\s+".join(map(regex.escape, word.split()))
    return regex.compile(rf"(?<!\w){phrase}(?!\w)", regex.IGNORECASE)


def holds_all(conditions: Sequence[Condition], values: Values) -> bool:
    """Whether all conditions hold."""
    return all(holds(condition, values) for condition in conditions)
