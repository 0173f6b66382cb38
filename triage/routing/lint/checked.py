"""What the checks of a rule file look at, and what they find."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from triage.routing.regions import Box, Space
from triage.routing.rule_file import RuleFile
from triage.routing.rules import Rule, Rules


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is likely not meant; `rules` are the names of rules, or of the queues or calendars it is about."""

    rules: tuple[str, ...]
    what: str
    remedy: str


@dataclass(frozen=True)
class Checked:
    """A rule file as it is written, and validated, on a day."""

    content: RuleFile
    rules: Rules
    heads: Mapping[str, Sequence[str]]
    today: date

    @cached_property
    def space(self) -> Space:
        """The axes that all rules span."""
        return Space([condition for rule in self.rules.rules for condition in rule.conditions])

    @cached_property
    def regions(self) -> list[tuple[Rule, list[Box]]]:
        """Each rule with the region that it names, in order."""
        return [(rule, self.space.boxes(rule.conditions)) for rule in self.rules.rules]
