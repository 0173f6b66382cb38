"""How one mail came to its queue: each rule that was tried, and what it failed on."""

from __future__ import annotations

from dataclasses import dataclass

from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from triage.routing.columns import matches
from triage.routing.route import with_decisions
from triage.routing.rules import Rule, Rules


@dataclass(frozen=True, slots=True)
class Tried:
    """A rule that was asked about a mail; `failed` is its first condition that did not hold, in words."""

    rule: str
    queue: str
    failed: str | None

    @property
    def takes(self) -> bool:
        """Whether the rule takes the mail."""
        return self.failed is None


def rule_path(silver: DataFrame, labels: DataFrame, rules: Rules) -> list[Tried]:
    """The rules in their order, up to the one that takes the mail or the default.

    `silver` holds one mail and `labels` its rows of gold/labels.
    """
    asked, names = with_decisions(silver, labels, rules)
    verdicts = [f.array(*(matches([c], names.all) for c in rule.conditions)) for rule in rules.rules]
    found = asked.select(f.array(*verdicts).alias("holds")).first()
    path: list[Tried] = []
    for rule, holds in zip(rules.rules, found.holds if found else [], strict=True):
        path.append(_tried(rule, holds))
        if path[-1].takes:
            return path
    return [*path, Tried(rules.default.name, rules.default.queue, None)]


def _tried(rule: Rule, holds: list[bool]) -> Tried:
    failed = (c.in_words() for c, met in zip(rule.conditions, holds, strict=True) if not met)
    return Tried(rule.name, rule.queue, next(failed, None))
