"""Routing rules: loaded from YAML and validated against each other at the start of a run, before it plans."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from triage.config import Settings
from triage.errors import ConfigError
from triage.lake.tables import TOKEN_PATTERN
from triage.routing.attributes import Attribute, attributes
from triage.routing.calendars.calendar import Calendar, read_calendar
from triage.routing.conditions import Condition, RuleFault, nearest
from triage.routing.regions import Box, Space
from triage.routing.rule_file import DEFAULT, Outcome, RuleEntry, RuleFile, content_of, read_rule_file
from triage.routing.service_time import Choice, HourTable, calendar_of, choice_of, dated, hours_of
from triage.routing.teams.queue import Queue, conditions_of, read_conditions, read_queue

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
    sticky: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules in order, the default last, and the digest of their content."""

    rules: tuple[Rule, ...]
    default: Rule
    version: str
    queues: Mapping[str, Queue] = field(default_factory=dict)

    @property
    def conditions(self) -> list[Condition]:
        """Every condition of every rule, and what skills and the choice of a calendar test."""
        of_rules = [condition for rule in self.rules for condition in rule.conditions]
        of_rules += conditions_of(self.queues)
        return of_rules + [condition for choice in self.choices for condition in choice.conditions]

    @property
    def choices(self) -> list[Choice]:
        """The choices of calendars."""
        return [rule.calendar for rule in (*self.rules, self.default) if rule.calendar]

    @property
    def is_sticky(self) -> bool:
        """Whether threads decide about queues."""
        return any(rule.sticky for rule in (*self.rules, self.default))

    @property
    def has_teams(self) -> bool:
        """Whether a queue has teams."""
        return any(queue.teams for queue in self.queues.values())

    @property
    def depends_on_others(self) -> bool:
        """Whether a mail's place depends on those of other mails."""
        return self.is_sticky or self.has_teams

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
    known = attributes(heads, content.vips)
    _validate_vips(file, content)
    calendars = _calendars(file, content)
    queues = _queues(file, content, calendars, known)
    rules = [
        _in_context(file, f"rule {one.name}", partial(_rule, one, content=content, calendars=calendars, known=known))
        for one in content.rules
    ]
    default = _in_context(
        file, f"rule {DEFAULT}", lambda: _outcome(DEFAULT, (), content.default, content, calendars, known)
    )
    _validate_names(file, rules)
    _validate_reachable(file, rules)
    return Rules(tuple(rules), default, _digest(content), queues)


def _calendars(file: Path, content: RuleFile) -> dict[str, Calendar]:
    return {
        name: _in_context(file, f"calendar {name}", partial(read_calendar, name, entry))
        for name, entry in content.calendars.items()
    }


def _queues(
    file: Path, content: RuleFile, calendars: Mapping[str, Calendar], known: Mapping[str, Attribute]
) -> dict[str, Queue]:
    for name, entry in content.queues.items():
        if entry.calendar is not None:
            _in_context(file, f"queue {name}", partial(choice_of, entry.calendar, calendars, known))
    return {
        name: _in_context(file, f"queue {name}", partial(read_queue, name, entry, known))
        for name, entry in content.queues.items()
    }


def _validate_vips(file: Path, content: RuleFile) -> None:
    """Raises ConfigError, which quotes nothing: an address may stand there by mistake."""
    for number, token in enumerate(content.vips, start=1):
        if not re.fullmatch(TOKEN_PATTERN, token):
            remedy = (
                "List pseudonyms only; jobs/pseudonym.py prints a person's. No address or name belongs into this file."
            )
            raise _fault(file, f"vips, number {number}", "This is no pseudonym.", remedy)


def _rule(
    entry: RuleEntry, content: RuleFile, calendars: Mapping[str, Calendar], known: Mapping[str, Attribute]
) -> Rule:
    conditions = (*read_conditions(entry.when, known), *dated(entry, content.time_zone))
    return _outcome(entry.name, conditions, entry, content, calendars, known)


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
    return Rule(name, conditions, out.queue, out.priority, hours_of(out, priorities), reason, choice, out.sticky)


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
