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
from triage.routing.conditions import Condition, RuleFault, nearest, read_condition
from triage.routing.regions import Box, Space
from triage.routing.rule_file import DEFAULT, Outcome, RuleEntry, RuleFile, read_rule_file

PRIORITY = "priority"
"""The head whose label is a route's priority, unless the rule sets one."""

OTHERWISE = "otherwise"

Built = TypeVar("Built")


@dataclass(frozen=True, slots=True)
class Rule:
    """A validated rule. `hours` holds an entry for each priority, `abstained` and `otherwise` that differs."""

    name: str
    conditions: tuple[Condition, ...]
    queue: str
    priority: str | None
    hours: Mapping[str, float | None]
    reason: str


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules in order, the default last, and the digest of their content."""

    rules: tuple[Rule, ...]
    default: Rule
    version: str

    @property
    def conditions(self) -> list[Condition]:
        """Every condition of every rule."""
        return [condition for rule in self.rules for condition in rule.conditions]


def load_rules(settings: Settings, heads: Mapping[str, Sequence[str]]) -> Rules:
    """The rules of `settings.routing.rules` for heads with these labels.

    Raises ConfigError, with the file, the rule and the remedy, for: an unreadable file, an unknown key, head,
    label, fact or operator, a name given twice, no default, conditions that no mail can fulfil together, and a
    rule that can never match because earlier rules match every mail of its region. A mail without a label
    row matches no condition on that head, so it does not make a rule reachable.
    """
    file = Path(settings.routing.rules)
    content = read_rule_file(file)
    known = attributes(heads)
    rules = [_in_context(file, entry.name, partial(_rule, entry, known)) for entry in content.rules]
    default = _in_context(file, DEFAULT, lambda: _outcome(DEFAULT, (), content.default, known))
    _validate_names(file, rules)
    _validate_reachable(file, rules)
    return Rules(tuple(rules), default, _digest(content))


def _rule(entry: RuleEntry, known: Mapping[str, Attribute]) -> Rule:
    conditions = []
    for name, given in entry.when.items():
        if name not in known:
            raise RuleFault(f"There is no head or fact {name!r}.", nearest(name, known))
        conditions.append(read_condition(known[name], given))
    return _outcome(entry.name, tuple(conditions), entry, known)


def _outcome(name: str, conditions: tuple[Condition, ...], out: Outcome, known: Mapping[str, Attribute]) -> Rule:
    priorities = known[PRIORITY].values if PRIORITY in known else ()
    if out.priority is not None and out.priority not in priorities[:-1]:
        raise RuleFault(f"There is no priority {out.priority!r}.", nearest(out.priority, priorities[:-1]))
    reason = out.reason or "; ".join(c.in_words() for c in conditions) or "no rule matches"
    return Rule(name, conditions, out.queue, out.priority, _hours(out.due_hours, priorities), reason)


def _hours(given: float | dict[str, float | None] | None, priorities: Sequence[str]) -> dict[str, float | None]:
    if not isinstance(given, dict):
        return {OTHERWISE: given}
    allowed = [*priorities, OTHERWISE]
    for key in given:
        if key not in allowed:
            raise RuleFault(f"due_hours has no priority {key!r}.", nearest(key, allowed))
    missing = [p for p in priorities if p not in given]
    if missing and OTHERWISE not in given:
        raise RuleFault(f"due_hours says nothing for {', '.join(missing)}.", f"Add them, or {OTHERWISE}.")
    return {OTHERWISE: None} | given


def _validate_names(file: Path, rules: Sequence[Rule]) -> None:
    seen = {DEFAULT}
    for rule in rules:
        if rule.name in seen:
            raise _fault(file, rule.name, "Two rules have this name.", "Give each rule a name of its own.")
        seen.add(rule.name)


def _validate_reachable(file: Path, rules: Sequence[Rule]) -> None:
    space = Space([condition for rule in rules for condition in rule.conditions])
    regions = [_in_context(file, rule.name, partial(space.boxes, rule.conditions)) for rule in rules]
    impossible = space.impossible()
    for index, (rule, boxes) in enumerate(zip(rules, regions, strict=True)):
        if space.is_covered(boxes, impossible):
            raise _fault(
                file,
                rule.name,
                "No mail can meet all conditions of this rule.",
                "Take out one of those that clash.",
            )
        earlier = [box for region in regions[:index] for box in region]
        if space.is_covered(boxes, [*earlier, *impossible]):
            raise _fault(file, rule.name, *_covering_rules(space, rules, regions, index))


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


def _in_context(file: Path, name: str, build: Callable[[], Built]) -> Built:
    try:
        return build()
    except RuleFault as fault:
        raise _fault(file, name, fault.what, fault.remedy) from None


def _fault(file: Path, name: str, what: str, remedy: str) -> ConfigError:
    return ConfigError(what, where=f"{file}, rule {name}", remedy=remedy)


def _digest(content: RuleFile) -> str:
    """First 16 hex digits of SHA-256 over the content; comments and layout do not count."""
    text = json.dumps(content.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
