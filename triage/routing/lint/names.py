"""Queues, labels and calendars whose names do not fit together."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import combinations

from triage.routing.lint.checked import Checked, Finding
from triage.routing.rule_file import CalendarChoice

_ALIKE = 0.85
"""Ratio of difflib from which two names may be one that was mistyped."""

_CATEGORY = "category"


def queue_names(checked: Checked) -> Iterator[Finding]:
    """Queues that are not declared where others are, that nobody uses, or whose names are nearly another's."""
    used: dict[str, list[str]] = {}
    for rule in (*checked.rules.rules, checked.rules.default):
        used.setdefault(rule.queue, []).append(rule.name)
    declared = set(checked.content.queues)
    if declared:
        for queue in sorted(set(used) - declared):
            what = f"The queue {queue} is not declared under queues, where others are."
            yield Finding(tuple(used[queue]), what, f"Declare it ({queue}: {{}}), or correct the name in the rule.")
    for queue in sorted(declared - set(used)):
        yield Finding((queue,), f"No rule sends mails to the queue {queue}.", "Remove it from queues, or add a rule.")
    for one, other in combinations(sorted({*used, *declared}), 2):
        if SequenceMatcher(None, one, other).ratio() >= _ALIKE:
            rules = tuple(dict.fromkeys((*used.get(one, ()), *used.get(other, ()))))
            yield Finding(
                rules, f"The queues {one} and {other} have nearly one name.", "Correct the one that is wrong."
            )


def labels_without_rule(checked: Checked) -> Iterator[Finding]:
    """Categories that no rule names, where the rules name others."""
    named = {
        value
        for rule in checked.rules.rules
        for condition in rule.conditions
        if condition.attribute.name == _CATEGORY
        for value in condition.admitted() or checked.heads.get(_CATEGORY, ())
    }
    for label in checked.heads.get(_CATEGORY, ()):
        if named and label not in named:
            what = f"No rule names the category {label}, so its mails go to {checked.rules.default.queue}."
            yield Finding((checked.rules.default.name,), what, f"Add a rule for {label}, or name it in one.")


def unused_calendars(checked: Checked) -> Iterator[Finding]:
    """Calendars by which nothing is due."""
    used = {calendar.name for calendar in checked.rules.calendars}
    for name in checked.content.calendars:
        if name not in used:
            queues = [queue for queue, entry in checked.content.queues.items() if name in _named(entry.calendar)]
            why = f" The queue {queues[0]} has it, but no rule of it has business_hours." if queues else ""
            yield Finding((name,), f"The calendar {name} is never used.{why}", "Remove it, or write business_hours.")


def _named(choice: str | CalendarChoice | None) -> set[str]:
    if isinstance(choice, CalendarChoice):
        return {choice.otherwise, *choice.of.values()}
    return {choice} if choice else set()
