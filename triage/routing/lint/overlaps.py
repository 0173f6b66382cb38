"""Rules that take mails from each other: their order decides, so a rule in between changes more than it says.

A narrower rule before a wider one is how exceptions are written, and rules that test nothing in common meet by chance;
neither is a finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from triage.routing.attributes import Kind
from triage.routing.conditions import Condition
from triage.routing.lint.checked import Checked, Finding
from triage.routing.regions import Box, overlap
from triage.routing.rules import Rule


def partly_shadowed(checked: Checked) -> Iterator[Finding]:
    """Rules of which an earlier one takes a part by the very attributes that they test."""
    for earlier, rule in _crossing(checked):
        if _tested(earlier) <= _tested(rule):
            yield Finding(
                (earlier.name, rule.name),
                f"{rule.name} does not get all mails that it names: {earlier.name}, which stands before it, takes some "
                f"of them to {earlier.queue}.",
                f"Take out of {rule.name} what {earlier.name} takes, or move {rule.name} before it.",
            )


def conflicts(checked: Checked) -> Iterator[Finding]:
    """Rules that both name some mails, each with a condition of its own, and give them different outcomes."""
    for earlier, rule in _crossing(checked):
        if not _tested(earlier) <= _tested(rule):
            yield Finding(
                (earlier.name, rule.name),
                f"Mails that meet both go to {earlier.queue} only because {earlier.name} stands before {rule.name}, "
                f"which sends them to {rule.queue}.",
                f"Write a rule for these mails before both, or take them out of {earlier.name} or {rule.name}.",
            )


def unreachable_values(checked: Checked) -> Iterator[Finding]:
    """Values in a list of which earlier rules take every mail."""
    earlier: list[Box] = checked.space.impossible()
    for rule, boxes in checked.regions:
        for condition in rule.conditions:
            for value in _listed(condition):
                only = [replace(one, any_of=(value,)) if one is condition else one for one in rule.conditions]
                if checked.space.is_covered(checked.space.boxes(only), earlier):
                    what = f"{condition.attribute.name} {value} never matches here: earlier rules take all such mails."
                    yield Finding((rule.name,), what, f"Take {value} out of {rule.name}, or move the rule up.")
        earlier += boxes


def _crossing(checked: Checked) -> Iterator[tuple[Rule, Rule]]:
    """Pairs of rules with other outcomes that share mails, though the earlier is no exception of the later."""
    for number, (rule, boxes) in enumerate(checked.regions):
        for earlier, taken in checked.regions[:number]:
            related = _tested(earlier) & _tested(rule) and _differ(earlier, rule)
            if related and _meet(taken, boxes) and not checked.space.is_covered(taken, boxes):
                yield earlier, rule


def _tested(rule: Rule) -> set[str]:
    return {condition.attribute.name for condition in rule.conditions}


def _differ(one: Rule, other: Rule) -> bool:
    return (one.queue, one.priority, one.hours, one.calendar) != (
        other.queue,
        other.priority,
        other.hours,
        other.calendar,
    )


def _meet(one: Sequence[Box], other: Sequence[Box]) -> bool:
    return any(overlap(a, b) for a in one for b in other)


def _listed(condition: Condition) -> tuple[str, ...]:
    """Values that stand for themselves: one alone that never matches makes the rule unreachable, which is an error."""
    single = condition.attribute.kind in (Kind.LABEL, Kind.SYMBOL)
    return condition.any_of if single and len(condition.any_of) > 1 else ()
