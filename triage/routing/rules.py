"""Routing rules: loaded from YAML and validated against each other at the start of a run, before it plans."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from triage.config import Settings
from triage.errors import ConfigError
from triage.routing.attributes import Attribute, attributes
from triage.routing.calendars.calendar import Calendar, read_calendar
from triage.routing.conditions import Condition, RuleFault, nearest, read_condition
from triage.routing.regions import Box, Space
from triage.routing.rule_file import DEFAULT, Outcome, RuleEntry, RuleFile, content_of, read_rule_file
from triage.routing.service_time import Choice, HourTable, calendar_of, choice_of, dated, hours_of

PRIORITY = "priority"
"""The head whose label is a route's priority, unless the rule sets one."""

Built = TypeVar("Built")


@dataclass(frozen=True, slots=True)
class Rule:
    """A validated rule. Its `hours` are on the clock, or where `calendar` is given of work."""

    name: str
    conditions: tuple[Condition, ...]
    queue: str
    priority: str | None
    hours: HourTable
    reason: str
    calendar: Choice | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules in order, the default last, and the digest of their content."""

    rules: tuple[Rule, ...]
    default: Rule
    version: str

    @property
    def conditions(self) -> list[Condition]:
        """Every condition of every rule, and what the choice of a calendar tests."""
        of_rules = [condition for rule in self.rules for condition in rule.conditions]
        return of_rules + [condition for choice in self.choices for condition in choice.conditions]

    @property
    def choices(self) -> list[Choice]:
        """The choices of calendars."""
        return [rule.calendar for rule in (*self.rules, self.default) if rule.calendar]

    @property
    def calendars(self) -> list[Calendar]:
        """All calendars that may count for a mail, each once."""
        return list(dict.fromkeys(calendar for choice in self.choices for calendar in choice.calendars))


def load_rules(settings: Settings, heads: Mapping[str, Sequence[str]]) -> Rules:
    """The rules of `settings.routing.rules` for heads with these labels.

    Raises ConfigError, with the file, the rule and the remedy, for: an unreadable file, an unknown key, head,
    label, fact or operator, a name given twice, no default, conditions that no mail can fulfil together, and a
    rule that can never match because earlier rules match every mail of its region. A mail without a label
    row matches no condition on that head, so it does not make a rule reachable.
    """
    return read_rules(Path(settings.routing.rules), heads)


def read_rules(file: Path, heads: Mapping[str, Sequence[str]]) -> Rules:
    """As `load_rules`, of any file."""
    content = read_rule_file(file)
    known = attributes(heads)
    calendars = _calendars(file, content)
    _validate_queues(file, content, calendars, known)
    rules = [
        _in_context(file, f"rule {one.name}", partial(_rule, one, content=content, calendars=calendars, known=known))
        for one in content.rules
    ]
    default = _in_context(
        file, f"rule {DEFAULT}", lambda: _outcome(DEFAULT, (), content.default, content, calendars, known)
    )
    _validate_names(file, rules)
    _validate_reachable(file, rules)
    return Rules(tuple(rules), default, _digest(content))


def _calendars(file: Path, content: RuleFile) -> dict[str, Calendar]:
    return {
        name: _in_context(file, f"calendar {name}", partial(read_calendar, name, entry))
        for name, entry in content.calendars.items()
    }


def _validate_queues(
    file: Path, content: RuleFile, calendars: Mapping[str, Calendar], known: Mapping[str, Attribute]
) -> None:
    for name, queue in content.queues.items():
        if queue.calendar is not None:
            _in_context(file, f"queue {name}", partial(choice_of, queue.calendar, calendars, known))


def _rule(
    entry: RuleEntry, content: RuleFile, calendars: Mapping[str, Calendar], known: Mapping[str, Attribute]
) -> Rule:
    conditions = (*read_conditions(entry.when, known), *dated(entry, content.time_zone))
    return _outcome(entry.name, conditions, entry, content, calendars, known)


def read_conditions(when: Mapping[str, object], known: Mapping[str, Attribute]) -> list[Condition]:
    """The conditions of a mapping attribute → condition. Raises RuleFault where one is not valid."""
    for name in when:
        if name not in known:
            raise RuleFault(f"There is no head or fact {name!r}.", nearest(name, known))
    return [read_condition(known[name], given) for name, given in when.items()]


def _outcome(
    name: str,
    conditions: tuple[Condition, ...],
    out: Outcome,
    content: RuleFile,
    calendars: Mapping[str, Calendar],
    known: Mapping[str, Attribute],
) -> Rule:
    priorities = known[PRIORITY].values if PRIORITY in known else ()
    if out.priority is not None and out.priority not in priorities[:-1]:
        raise RuleFault(f"There is no priority {out.priority!r}.", nearest(out.priority, priorities[:-1]))
    reason = out.reason or "; ".join(c.in_words() for c in conditions) or "no rule matches"
    choice = calendar_of(out, content.queues, calendars, known)
    return Rule(name, conditions, out.queue, out.priority, hours_of(out, priorities), reason, choice)


def _validate_names(file: Path, rules: Sequence[Rule]) -> None:
    seen = {DEFAULT}
    for rule in rules:
        if rule.name in seen:
            raise _fault(file, f"rule {rule.name}", "Two rules have this name.", "Give each rule a name of its own.")
        seen.add(rule.name)


def _validate_reachable(file: Path, rules: Sequence[Rule]) -> None:
    space = Space([condition for rule in rules for condition in rule.conditions])
    regions = [_in_context(file, f"rule {rule.name}", partial(space.boxes, rule.conditions)) for rule in rules]
    impossible = space.impossible()
    for index, (rule, boxes) in enumerate(zip(rules, regions, strict=True)):
        if space.is_covered(boxes, impossible):
            raise _fault(
                file,
                f"rule {rule.name}",
                "No mail can meet all conditions of this rule.",
                "Take out one of those that clash.",
            )
        earlier = [box for region in regions[:index] for box in region]
        if space.is_covered(boxes, [*earlier, *impossible]):
            raise _fault(file, f"rule {rule.name}", *_covering_rules(space, rules, regions, index))


def _covering_rules(
    space: Space, rules: Sequence[Rule], regions: Sequence[Sequence[Box]], index: int
) -> tuple[str, str]:
    """A minimal list of earlier rules that match all of a rule's mails: each is left out in turn, the last first."""
    covering = list(range(index))
    for candidate in reversed(range(index)):
        fewer = [i for i in covering if i != candidate]
        left = [box for i in fewer for box in regions[i]]
        if space.is_covered(regions[index], [*left, *space.impossible()]):
            covering = fewer
    names = ", ".join(rules[i].name for i in covering)
    together = "matches" if len(covering) == 1 else "together match"
    what = f"This rule can never match: {names} {together} all its mails."
    return what, f"Move it before {rules[covering[0]].name}, or remove it."


def _in_context(file: Path, place: str, build: Callable[[], Built]) -> Built:
    try:
        return build()
    except RuleFault as fault:
        raise _fault(file, place, fault.what, fault.remedy) from None


def _fault(file: Path, place: str, what: str, remedy: str) -> ConfigError:
    return ConfigError(what, where=f"{file}, {place}", remedy=remedy)


def _digest(content: RuleFile) -> str:
    """First 16 hex digits of SHA-256 over the content; comments and layout do not count."""
    text = json.dumps(content_of(content), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
